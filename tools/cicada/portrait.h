// The face of a document as image files.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/host/inspect/reader.h"

namespace cicada::tools {

/// Every name that write_portrait may use.
inline constexpr std::array<std::string_view, 5> kPortraitNames{"portrait.jpg", "portrait.jp2", "portrait.bin",
                                                                "portrait.wsq", "portrait.png"};

/// The face as it stands in DG2 (portrait.jpg, portrait.jp2), only of a DG2 whose hash is the signed one; and decoded
/// (portrait.png), only when passive authentication of the group passed: signature, hash, and the way to a trusted
/// CSCA. An image that cannot be decoded is not written as PNG, which is said on stderr. Fails with io.
[[nodiscard]] base::Result<void> write_portrait(const host::inspect::Inspection& result,
                                                const std::filesystem::path& folder);

}  // namespace cicada::tools
