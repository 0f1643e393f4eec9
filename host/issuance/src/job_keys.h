// The prepared keys of a job in its encoding.
#pragma once

#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/cursor.h"
#include "cicada/base/error.h"
#include "cicada/host/perso/content.h"

namespace cicada::host::issuance {

/// Octets that append_keys appends.
[[nodiscard]] std::size_t keys_size(const perso::PreparedKeys* keys) noexcept;
/// Appends one octet, 00 for a job without keys (nullptr); else the keys.
void append_keys(base::Bytes& to, const perso::PreparedKeys* keys);
/// Fails with malformed, limit.
[[nodiscard]] base::Result<std::shared_ptr<const perso::PreparedKeys>> take_keys(base::Cursor& from);

}  // namespace cicada::host::issuance
