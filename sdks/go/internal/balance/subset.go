package balance

import (
	"cmp"
	"slices"
)

// subset answers the size members whose instances score highest for the owner
// (rendezvous hashing; gRPC A68), in the order of their names.
func subset(members []Member, size int, owner string) []Member {
	if size <= 0 || size >= len(members) {
		return members
	}
	type scored struct {
		member Member
		score  uint32
	}
	all := make([]scored, len(members))
	for i, member := range members {
		all[i] = scored{member, Murmur3(owner + "/" + member.Instance)}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.member.Instance, b.member.Instance))
	})
	chosen := make([]Member, size)
	for i := range chosen {
		chosen[i] = all[i].member
	}
	sortByInstance(chosen)
	return chosen
}

// sortByInstance orders by the bytes of the names.
func sortByInstance(members []Member) {
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.Instance, b.Instance) })
}
