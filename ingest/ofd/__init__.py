"""OFD files (GB/T 33190): the package, its documents, positioned text, tags and drawings.

package     the ZIP, unpacked within limits
document    OFD.xml and Document.xml: pages, templates, annotations, attachments
resources   fonts, colours, drawing parameters, pictures, composite graphics
content     the graphic objects of a page, flattened, with their matrices
layout      where each character of a text object stands
text        positioned tokens from text objects
tags        structured parts: attachments, custom tags, DocInfo
fonts       embedded fonts, and installed ones in place of those that are not
images      pictures, decoded or passed on
drawing     a page as a PDF page, which PDFium draws
seals       pictures of electronic seals
reader      all of it as one PageReader
"""

from ingest.ofd.package import OfdPackage
from ingest.ofd.reader import OfdReader

__all__ = ["OfdPackage", "OfdReader"]
