package portrait

import "encoding/binary"

// orientation reads how the camera was held from a JPEG's EXIF segment (CIPA
// DC-008, tag 0x0112), 1 to 8; 1 when it is not told. Without it a telephone's
// picture would lie on its side once its metadata are gone.
func orientation(raw []byte) int {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		marker, length := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		end := at + 2 + length
		if marker == 0xda || length < 2 || end > len(raw) {
			break
		}
		if body := raw[at+4 : end]; marker == 0xe1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		at = end
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:2]) {
	case "MM":
		order = binary.BigEndian
	case "II":
	default:
		return 1
	}
	first := int64(order.Uint32(tiff[4:]))
	if first+2 > int64(len(tiff)) {
		return 1
	}
	list := tiff[first:]
	for i := range int(order.Uint16(list)) {
		at := 2 + 12*i
		if at+12 > len(list) {
			break
		}
		if order.Uint16(list[at:]) == 0x0112 {
			if v := int(order.Uint16(list[at+8:])); v >= 1 && v <= 8 {
				return v
			}
			break
		}
	}
	return 1
}
