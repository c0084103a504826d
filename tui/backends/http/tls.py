"""TLS certificates: the authorities that are believed."""

from __future__ import annotations

import errno
import os
import ssl
import stat
from functools import cache

import httpx

from tui.errors import BadInput
from tui.file_reading import path_of
from tui.safe_text import clean_line

_FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_FOLDERS = "SSL_CERT_DIR"


def trusted(ca_file: str = "") -> ssl.SSLContext:
    """Return what verifies a server: by the usual authorities, and by those in `ca_file` too.

    The variables that other programs know replace the usual ones; of those that name a file the
    first one set counts.

    Raises:
        BadInput: there are no certificates where some are said to be.
    """
    file_variable, folders = _usual()
    if file_variable or folders:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if file_variable:
            _believe(context, os.environ[file_variable], file_variable)
        if folders:
            context.load_verify_locations(capath=folders)
    elif ca_file:
        context = httpx.create_ssl_context(trust_env=False)
    else:
        context = usual_authorities()
    if ca_file:
        _believe(context, ca_file, "ca_file")
    return context


@cache
def usual_authorities() -> ssl.SSLContext:
    """Return what verifies a server by the usual authorities, read once; nothing is added to it."""
    return httpx.create_ssl_context(trust_env=False)


@cache
def no_authorities() -> ssl.SSLContext:
    """Return what believes nobody, for a client that goes no way with TLS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def authorities(ca_file: str = "") -> list[str]:
    """Name where the certificates stand that `trusted` believes, safe to draw."""
    file_variable, folders = _usual()
    named = [file_variable] * bool(file_variable) + [_FOLDERS] * bool(folders)
    places = [f"{each} ({clean_line(os.environ[each], 200)})" for each in named]
    own = [f"ca_file ({clean_line(ca_file, 200)})"] if ca_file else []
    return [*(places or ["the usual authorities"]), *own]


def _usual() -> tuple[str, str]:
    """Return the variable that names a file of certificates, and the folders named by another."""
    file_variable = next((each for each in _FILES if os.environ.get(each)), "")
    return file_variable, os.environ.get(_FOLDERS, "")


def _believe(context: ssl.SSLContext, place: str, setting: str) -> None:
    try:
        path = path_of(place)
        if path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            # a pipe would be waited for, for ever
            if not stat.S_ISREG(path.stat().st_mode):
                raise OSError(errno.EINVAL, "it is not a file")
            context.load_verify_locations(cafile=path)
    except OSError as error:
        # a file without a certificate in it has no reason of the system
        why = "there is none in it" if isinstance(error, ssl.SSLError) else error.strerror
        shown = clean_line(place, 200)
        raise BadInput(
            f"{setting} names no certificates: {shown} ({clean_line(why or 'unknown reason')}).",
            hint="It must be a file of certificates in PEM format.",
        ) from error
