// The facial record of ISO/IEC 19794-5:2005; not part of the room's promise.
#pragma once

#include "cicada/host/lds/dg2.h"

namespace cicada::host::lds {

/// Whether the octets begin like a facial record ("FAC", version 010).
[[nodiscard]] bool is_face_record(base::ByteView block) noexcept;

/// Reads all images of a record; tolerated departures are added to `deviations`.
[[nodiscard]] base::Result<std::vector<FaceImage>> parse_face_record(base::ByteView block,
                                                                     std::vector<std::string>& deviations);

/// A record with one image.
[[nodiscard]] base::Result<base::Bytes> build_face_record(const FaceImage& face);

}  // namespace cicada::host::lds
