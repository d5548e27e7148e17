package miko

import (
	"net/http"
	"strconv"
)

// API makes typed calls of Miko's whole HTTP API. Each method is one operation
// of openapi/, one attempt; what is sent and answered is of the package api.
// Errors are *Error, with the codes of the registry (api.Code…). The deadline
// of the context goes along.
//
// Streams (ServiceWatch, AuditExport) are iterators over one connection: they
// end when Miko ends it, when the context ends, or with the error that comes
// last. The Cursor of a frame goes on after it, as Since.
type API struct {
	link    *link
	project string
}

// API answers the typed calls, with this client's address, credential and
// project.
func (c *Client) API() *API { return &API{link: c.link, project: c.settings.project} }

// Meta is what came beside the body of an answer.
type Meta struct {
	// Status is 304, and the body zero, where IfNoneMatch still holds.
	Status    int
	RequestID string
	// ETag is for IfMatch of a later change; "" where the answer had none.
	ETag string
	// Revision is what the answer shows or made; 0 where it has none.
	Revision int64
	// Location is the path of what was made.
	Location string
	// Cursor is where to watch from without a gap.
	Cursor string
}

func metaOf(status int, header http.Header) Meta {
	revision, _ := strconv.ParseInt(header.Get("Miko-Revision"), 10, 64)
	return Meta{
		Status: status, RequestID: header.Get("Miko-Request-Id"), ETag: header.Get("ETag"),
		Revision: revision, Location: header.Get("Location"), Cursor: header.Get("Miko-Cursor"),
	}
}

// orOwn is the project of a call that names none.
func (a *API) orOwn(project string) string {
	if project == "" {
		return a.project
	}
	return project
}
