"""OCR engines. Import the one that is wanted; importing this package loads none of them."""
