"""What a reviewer does to invoices, whoever asks: pages and API."""
