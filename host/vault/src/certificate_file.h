// A document signer's certificate in a PEM file.
#pragma once

#include <filesystem>

#include "cicada/asn1/x509.h"
#include "cicada/base/error.h"

namespace cicada::host::vault {

inline constexpr std::size_t kMaxPem = 1024UL * 1024;

/// The first certificate of the file. Fails with not_found, malformed, io, limit.
[[nodiscard]] base::Result<asn1::Certificate> read_certificate(const std::filesystem::path& file);

}  // namespace cicada::host::vault
