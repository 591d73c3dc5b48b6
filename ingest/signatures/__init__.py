"""Signatures of electronic originals: what can be said of them without asking anyone.

    check_ofd(read, names, signature_list_path, trust)   the verdicts on an OFD's signatures
    check_pdf(data, trust)                               the verdicts on a PDF's
    seals(read, names, signature_list_path)              the pictures of an OFD's seals

A file is called altered only where a digest or a signature was computed and does not hold; what
cannot be read, or is in no known format, leaves a verdict of unchecked that says why.
"""

from ingest.signatures.certificates import Trust
from ingest.signatures.ofd import check_ofd
from ingest.signatures.ofd_list import Read, Stamp
from ingest.signatures.pdf import check_pdf
from ingest.signatures.seal import Picture, SealImage, seals

__all__ = ["Picture", "Read", "SealImage", "Stamp", "Trust", "check_ofd", "check_pdf", "seals"]
