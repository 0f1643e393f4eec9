// The portrait: is it a whole JPEG of the right kind, and nothing but one?
#pragma once

#include <filesystem>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/finding.h"
#include "cicada/host/issuance/origin.h"

namespace cicada::host::issuance {

/// P02: what a portrait may be. Pixels and octets.
struct PortraitLimits {
  unsigned min_width = 480;
  unsigned min_height = 640;
  std::size_t max_size = 30UL * 1024;  ///< after metadata is taken out: the chip's budget
  bool operator==(const PortraitLimits&) const = default;
};
/// A portrait file larger than this is not read, and one with more pixels is not decoded.
inline constexpr std::size_t kMaxPortraitFile = 16UL * 1024 * 1024;
inline constexpr unsigned kMaxPortraitPixels = 16U * 1000 * 1000;

/// A portrait fit for the chip: metadata gone, image data unchanged octet for octet.
struct Portrait {
  base::Bytes jpeg;
  unsigned width = 0;
  unsigned height = 0;
  bool grey = false;
  Digest digest{};  ///< of `jpeg`: the same picture with other metadata has the same one (P04)
};

/// Checks and strips. Every problem becomes a finding of field "portrait" (P01, P02); the portrait is usable only when
/// none of them refuses. Never throws, never ends the process, whatever the octets are.
[[nodiscard]] Portrait check_portrait(base::ByteView file, const PortraitLimits& limits, Findings& findings);

/// Reads a portrait that check_portrait() found fit before, by the digest that it had then: octets that have not
/// changed need not be decoded again. Fails with security when the digest is another, or like base::read_file,
/// malformed.
[[nodiscard]] base::Result<Portrait> reload_portrait(const std::filesystem::path& file, const Digest& digest);

/// Takes APP1 to APP15 (except Adobe's APP14), comments, and octets after the end of the image out of a JPEG.
/// Fails with malformed when the octets are not a JPEG.
[[nodiscard]] base::Result<base::Bytes> strip_jpeg(base::ByteView file);

}  // namespace cicada::host::issuance
