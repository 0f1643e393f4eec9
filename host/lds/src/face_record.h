// The facial record of ISO/IEC 19794-5:2005; not part of the room's promise.
#pragma once

#include <span>

#include "cicada/host/lds/dg2.h"

namespace cicada::host::lds {

/// Whether the octets begin like a facial record ("FAC", version 010).
[[nodiscard]] bool is_face_record(base::ByteView block) noexcept;

/// Reads all images of a record. `length_is_wrong` becomes true when a length field is wrong but the octets are there.
[[nodiscard]] base::Result<std::vector<FaceImage>> parse_face_record(base::ByteView block, bool& length_is_wrong);

/// Fails with bad_input on no face or more than kMaxFaceImages, or an image that is neither JPEG nor JPEG 2000.
[[nodiscard]] base::Result<base::Bytes> build_face_record(std::span<const FaceImage> faces);

}  // namespace cicada::host::lds
