// A JPEG without what does not belong on a chip; not part of the room's promise.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::issuance {

struct StrippedJpeg {
  base::Bytes jpeg;
  std::size_t removed_octets = 0;   ///< of segments that were taken out
  std::size_t trailing_octets = 0;  ///< behind the end of the image
  bool exif = false;
  bool turned = false;  ///< EXIF says that the picture is to be shown turned or mirrored
  bool colour_profile = false;
  bool comment = false;
  bool thumbnail = false;
  bool other = false;
};

/// Fails with malformed when the octets are not a JPEG from its start to its end marker.
[[nodiscard]] base::Result<StrippedJpeg> read_segments(base::ByteView file);

}  // namespace cicada::host::issuance
