// DG5 and DG7: the portrait and the signature or mark as they are printed.
#pragma once

#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// 65 or 67 { 02 number; 5F40 or 5F43 images }. @clause 9303-10 §4.7.5, §4.7.7
struct DisplayedImages {
  std::vector<base::Bytes> images;  ///< JPEG or JPEG 2000, as they stood
  std::vector<UnknownObject> unknown;
  /// Tolerated departures, by name: "dg5-image-count", "dg5-image-tag" (the other group's tag), "dg5-empty-object", and
  /// the same for DG7.
  std::vector<std::string> deviations;
};

/// No chip holds more.
inline constexpr std::size_t kMaxDisplayedImages = 9;

/// Reads the whole file content. Fails with malformed when there is no image, with limit on more than
/// kMaxDisplayedImages.
[[nodiscard]] base::Result<DisplayedImages> parse_dg5(base::ByteView file);
[[nodiscard]] base::Result<DisplayedImages> parse_dg7(base::ByteView file);

/// Fail with bad_input on no image or more than kMaxDisplayedImages.
[[nodiscard]] base::Result<base::Bytes> build_dg5(const DisplayedImages& dg5);
[[nodiscard]] base::Result<base::Bytes> build_dg7(const DisplayedImages& dg7);

}  // namespace cicada::host::lds
