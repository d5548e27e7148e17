package miko

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

// cache keeps the last good lists on disk, so that a process can start and
// call while Miko is down (section 1.9). One file for each Miko and project is
// shared by all processes of the user, in all languages: each writes the
// services it watches over what the others left. Two that write at the same
// moment may lose one of the updates until the next change, never the file.
// What cannot be read is replaced, what is somebody else's left as it is.
type cache struct {
	dir, file    string
	url, project string
	maxBytes     int
	owned        func(fs.FileInfo) bool
}

const (
	cacheFormat   = 1
	maxCacheBytes = 8 << 20
)

type cacheFile struct {
	Format   int                        `json:"format"`
	URL      string                     `json:"url"`
	Project  string                     `json:"project"`
	SavedAt  int64                      `json:"saved_at"`
	Services map[string]json.RawMessage `json:"services"`
	lists    map[string]*wire.List
}

func newCache(dir, url, project string) *cache {
	sum := sha256.Sum256([]byte(url + "\n" + project))
	name := hex.EncodeToString(sum[:])[:24] + ".json"
	return &cache{dir: dir, file: filepath.Join(dir, name), url: url, project: project, maxBytes: maxCacheBytes, owned: ownedByUser}
}

// load answers the lists of earlier runs and when they were saved; nil when
// there is no file. The error is a cache_failed.
func (c *cache) load() (map[string]*wire.List, time.Time, error) {
	held, err := c.read()
	if err != nil {
		return nil, time.Time{}, wrapError(CodeCacheFailed, err, "the endpoint cache %s cannot be read", c.file)
	}
	if held == nil {
		return nil, time.Time{}, nil
	}
	return held.lists, time.UnixMilli(held.SavedAt), nil
}

// store writes the lists, and what others left of other services. The error is
// a cache_failed; then the file is what it was.
func (c *cache) store(lists map[string]*wire.List, now time.Time) error {
	if err := c.write(lists, now); err != nil {
		return wrapError(CodeCacheFailed, err, "the endpoint cache %s cannot be written", c.file)
	}
	return nil
}

var errForeignFile = errors.New("it belongs to another user")

func (c *cache) read() (*cacheFile, error) {
	// Before it is opened: one that this process may not read is still
	// somebody's.
	listed, err := os.Lstat(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// Somebody else's file could send this process's requests anywhere.
	if !c.owned(listed) {
		return nil, errForeignFile
	}
	f, err := os.Open(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// What a link of one's own leads to may be somebody else's.
	if !c.owned(info) {
		return nil, errForeignFile
	}
	if info.Size() > int64(c.maxBytes) {
		return nil, fmt.Errorf("it is larger than %d bytes", c.maxBytes)
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(c.maxBytes)))
	if err != nil {
		return nil, err
	}
	held := new(cacheFile)
	if err := json.Unmarshal(text, held); err != nil {
		return nil, err
	}
	if held.Format != cacheFormat {
		return nil, fmt.Errorf("it is not of format %d", cacheFormat)
	}
	if held.SavedAt <= 0 || held.Services == nil {
		return nil, errors.New("it holds no lists")
	}
	held.lists = make(map[string]*wire.List, len(held.Services))
	for service, raw := range held.Services {
		list := new(wire.List)
		if err := json.Unmarshal(raw, list); err != nil || !list.Valid() {
			return nil, fmt.Errorf("%.100s is no list", service)
		}
		held.lists[service] = list
	}
	return held, nil
}

func (c *cache) write(lists map[string]*wire.List, now time.Time) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	held, err := c.read()
	if errors.Is(err, errForeignFile) {
		return err
	}
	// An unreadable file is replaced.
	text, err := c.encode(lists, held, now)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(c.dir, filepath.Base(c.file)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), c.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}

// encode takes the services of this process first: when there is no room for
// all, others lose theirs.
func (c *cache) encode(lists map[string]*wire.List, held *cacheFile, now time.Time) ([]byte, error) {
	file := cacheFile{Format: cacheFormat, URL: c.url, Project: c.project, SavedAt: now.UnixMilli(), Services: map[string]json.RawMessage{}}
	head, err := json.Marshal(file)
	if err != nil {
		return nil, err
	}
	left := c.maxBytes - len(head) - 1
	add := func(service string, raw json.RawMessage) {
		// The quotes, the colon and the comma.
		if size := len(service) + len(raw) + 4; size <= left {
			file.Services[service] = raw
			left -= size
		}
	}
	for _, service := range slices.Sorted(maps.Keys(lists)) {
		raw, err := json.Marshal(lists[service])
		if err != nil {
			return nil, err
		}
		add(service, raw)
	}
	if held != nil {
		for _, service := range slices.Sorted(maps.Keys(held.Services)) {
			if _, own := lists[service]; !own {
				add(service, held.Services[service])
			}
		}
	}
	text, err := json.Marshal(file)
	return append(text, '\n'), err
}
