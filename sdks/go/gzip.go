package miko

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

var acceptGzip = []string{"gzip"}

// asksGzip tells whether an answer may come packed without the caller's
// noticing, as with net/http alone. That asks for it in a second header of its
// own, made for each request; here it stands in the one that is there.
func asksGzip(request *http.Request) bool {
	if request.Method == http.MethodHead {
		return false
	}
	// Most have no header at all: names are not looked up then.
	return len(request.Header) == 0 || (request.Header.Get(acceptEncodingHeader) == "" && request.Header.Get("Range") == "")
}

// unpack makes of a packed answer what the caller asked for.
func unpack(response *http.Response) {
	if !strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		return
	}
	response.Body = &unpackedBody{packed: response.Body}
	response.Header.Del("Content-Encoding")
	response.Header.Del("Content-Length")
	response.ContentLength = -1
	response.Uncompressed = true
}

// unpackedBody reads nothing before it is read.
type unpackedBody struct {
	packed io.ReadCloser
	reader *gzip.Reader
	err    error
}

func (u *unpackedBody) Read(p []byte) (int, error) {
	if u.reader == nil && u.err == nil {
		u.reader, u.err = gzip.NewReader(u.packed)
	}
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.reader.Read(p)
	u.err = err
	return n, err
}

func (u *unpackedBody) Close() error { return u.packed.Close() }
