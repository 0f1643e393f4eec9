// STORE DATA with data groupings (Card Specification §11.11; EMV Card Personalization Specification 1.1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

/// Octets of one grouping's value: its length has one octet, or FF and two.
inline constexpr std::size_t kMaxGrouping = 65535;
/// Octets of the largest value whose length has one octet.
inline constexpr std::size_t kMaxShortGrouping = 0xFE;
/// Octets of a file of groupings, and groupings of one.
inline constexpr std::size_t kMaxGroupingFile = 1024UL * 1024;
inline constexpr std::size_t kMaxGroupings = 4096;

struct DataGrouping {
  std::uint16_t dgi = 0;
  base::Bytes value;
  bool sensitive = false;  ///< encrypted under the channel's data encryption key, padded with 80 00...
};

/// Appends the length of a value of `size` octets, at most kMaxGrouping: one octet, or FF and two.
void append_grouping_length(base::Bytes& to, std::size_t size);

/// A secret with the padding that goes under the data encryption key: 80, then zeros, to whole blocks. Wipe it.
[[nodiscard]] base::Bytes padded_secret(base::ByteView value, std::size_t block);
/// Octets of a block of the channel's data encryption key: 8 with SCP02, 16 with SCP03.
[[nodiscard]] std::size_t secret_block(const SecureChannel& channel) noexcept;

/// DGI, length (one octet, or FF and two), value. Fails with limit when the value is too long.
[[nodiscard]] base::Result<base::Bytes> encode_grouping(std::uint16_t dgi, base::ByteView value);

/// Groupings one after the other, as encode_grouping writes them. Fails with malformed when one runs over the end, and
/// with limit when there are more than kMaxGroupings.
[[nodiscard]] base::Result<std::vector<DataGrouping>> parse_groupings(base::ByteView octets);

/// Reads a file of groupings in hexadecimal, one a line: the DGI, with an asterisk behind it when the value is to be
/// encrypted, white space, the value. Lines that begin with '#' and empty lines are skipped. Fails as
/// base::read_secret_file (the values may be secrets), with bad_input for another line (Error::at is the line), and
/// limit. Wipe the values of sensitive ones.
[[nodiscard]] base::Result<std::vector<DataGrouping>> read_groupings(const std::filesystem::path& path);

/// The commands that carry groupings in their order: as many in each as fit, one grouping over several where it does
/// not, sensitive ones apart from plain ones, block numbers 00, 01, ... FF, 00, ..., the last block marked when `last`.
/// P1: 08 DGI format, 60 encrypted, 80 last. Fails with bad_input when there is none, limit, and as encrypt_data.
[[nodiscard]] base::Result<std::vector<iso7816::CommandApdu>> store_data_commands(
    const SecureChannel& channel, std::span<const DataGrouping> groupings, bool last = true,
    std::uint8_t first_block = 0);

}  // namespace cicada::host::gp
