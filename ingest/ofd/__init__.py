"""OFD files (GB/T 33190): the package, its documents, positioned text, tags and drawings.

package     the ZIP, unpacked within limits
document    OFD.xml and Document.xml: pages, templates, annotations, attachments
resources   fonts, colours, drawing parameters, pictures, composite graphics
content     the graphic objects of a page, flattened, with their matrices (matrix, paths)
layout      where each character of a text object stands
text        positioned tokens from text objects
tags        structured parts: attachments, custom tags, DocInfo
drawing     a page as a PDF page, which PDFium draws (images, fonts, sfnt)
seals       where the pictures of electronic seals go
reader      all of it as one PageReader
"""

from ingest.ofd.package import OfdPackage
from ingest.ofd.reader import OfdReader

__all__ = ["OfdPackage", "OfdReader"]
