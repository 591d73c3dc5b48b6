"""Containers: ZIP archives and mails, gone through one file at a time.

    for item in members(data, FileKind.ZIP, limits):
        match item:
            case Member():  ...  # a file that may be an invoice: name and bytes
            case Left():    ...  # item.error() where item.is_problem, the others for notices()

Containers may be nested, `Bounds.max_depth` deep.
Everything happens in memory; names are labels only. A container that cannot be read raises
models.errors.DocumentError with one of these codes, when its first member is asked for; for a
nested one the error is a Left, and the others go on:

    damaged_archive    the directory of an archive cannot be read
    split_archive      one volume of an archive in several
    encrypted_archive  every file of an archive asks for a password
    archive_bomb       entries share their data, or one unpacks to far more than any document
    damaged_mail       a mail whose parts cannot be found
    no_documents       nothing inside can be an invoice (not for a nested container)

Two codes are about the received container as a whole, and end it however deep they come up:

    too_many_members   more files than Bounds.max_members
    archive_too_large  it all unpacks to more than Bounds.max_total_bytes

A single file may be left aside because an invoice in it is out of reach:

    damaged_member     not what the directory says: cut off, other size or check sum
    encrypted_member   asks for a password, while other files do not
    member_too_large   more bytes than Limits.max_bytes
    unknown_method     packed with another method than stored, deflate, bzip2 or LZMA
    nested_too_deep    a container deeper than Bounds.max_depth, a part beyond Bounds.max_multiparts
    empty_member       a picture, PDF, ... of no bytes
    packed_mail        attachments inside winmail.dat or smime.p7m

or because nobody misses it (a notice):

    nothing_inside     a nested container without any invoice file
    foreign_file       Office files, texts, web pages, programs, films, ...
    system_file        resource forks, thumbnails and the like
    symbolic_link      a link, which is never followed
    decoration         a small picture shown in a mail's text: logo, signature, tracking pixel
"""

from ingest.containers.archive import is_ofd
from ingest.containers.bounds import Bounds
from ingest.containers.headers import looks_like_mail
from ingest.containers.members import members, unpack_mail, unpack_zip
from ingest.containers.parcel import Left, Member, notices

__all__ = [
    "Bounds",
    "Left",
    "Member",
    "is_ofd",
    "looks_like_mail",
    "members",
    "notices",
    "unpack_mail",
    "unpack_zip",
]
