package balance

import "math/bits"

// Murmur3 is MurmurHash3 x86 32-bit with seed 0 (Appleby) of the bytes of text.
func Murmur3[T string | []byte](text T) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	var h uint32
	n := len(text)
	i := 0
	for ; i+4 <= n; i += 4 {
		k := uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16 | uint32(text[i+3])<<24
		h ^= bits.RotateLeft32(k*c1, 15) * c2
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	}
	var k uint32
	for j := n - 1; j >= i; j-- {
		k = k<<8 | uint32(text[j])
	}
	if i < n {
		h ^= bits.RotateLeft32(k*c1, 15) * c2
	}
	h ^= uint32(n)
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}
