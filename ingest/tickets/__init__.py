"""Finding the tickets in a picture: sheets of paper by their edges, and by the text on them."""

from ingest.tickets.find import Ticket, find_tickets

__all__ = ["Ticket", "find_tickets"]
