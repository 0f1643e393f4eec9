// STORE DATA with data groupings (Card Specification §11.11; EMV Card Personalization Specification 1.1).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

/// Octets of one grouping's value: its length has one octet, or FF and two.
inline constexpr std::size_t kMaxGrouping = 65535;

struct DataGrouping {
  std::uint16_t dgi = 0;
  base::Bytes value;
  bool sensitive = false;  ///< encrypted under the channel's data encryption key, padded with 80 00...
};

/// DGI, length (one octet, or FF and two), value. Fails with limit when the value is too long.
[[nodiscard]] base::Result<base::Bytes> encode_grouping(std::uint16_t dgi, base::ByteView value);

/// The commands that carry groupings in their order: as many in each as fit, one grouping over several where it does
/// not, sensitive ones apart from plain ones, block numbers 00, 01, ... FF, 00, ..., the last block marked when `last`.
/// P1: 08 DGI format, 60 encrypted, 80 last. Fails with bad_input when there is none, limit, and as encrypt_data.
[[nodiscard]] base::Result<std::vector<iso7816::CommandApdu>> store_data_commands(
    const SecureChannel& channel, std::span<const DataGrouping> groupings, bool last = true,
    std::uint8_t first_block = 0);

}  // namespace cicada::host::gp
