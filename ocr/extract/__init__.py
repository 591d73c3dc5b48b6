"""From words to what was seen for each field. Nothing here decides; `ocr.resolve` does."""
