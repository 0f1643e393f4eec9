#include "cicada/host/gp/store_data.h"

#include <algorithm>
#include <utility>

#include "channel_rules.h"
#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using iso7816::CommandApdu;

namespace {

constexpr std::uint8_t kInsStoreData = 0xE2;
constexpr std::uint8_t kDgiFormat = 0x08;
constexpr std::uint8_t kEncrypted = 0x60;
constexpr std::uint8_t kLastBlock = 0x80;
constexpr std::uint8_t kLongLength = 0xFF;

Result<Bytes> encrypted(const SecureChannel& channel, ByteView value) {
  auto plain = padded_secret(value, secret_block(channel));
  const base::Wiper wiper{plain};
  return channel.encrypt_data(plain);
}

constexpr base::Error kTooMany{.fault = Fault::limit, .what = "more data groupings than any application takes"};

/// The groupings of one kind that stand side by side, as one run of octets.
struct Run {
  Bytes octets;
  bool sensitive = false;
  std::vector<std::size_t> ends;  ///< where groupings end
};

Result<std::vector<Run>> runs_of(const SecureChannel& channel, std::span<const DataGrouping> groupings) {
  std::vector<Run> runs;
  for (const auto& grouping : groupings) {
    if (runs.empty() || runs.back().sensitive != grouping.sensitive) {
      runs.push_back({.octets = {}, .sensitive = grouping.sensitive, .ends = {}});
    }
    auto& run = runs.back();
    if (grouping.sensitive) {
      CICADA_TRY(const auto value, encrypted(channel, grouping.value));
      CICADA_TRY(const auto octets, encode_grouping(grouping.dgi, value));
      base::append(run.octets, octets);
    } else {
      CICADA_TRY(const auto octets, encode_grouping(grouping.dgi, grouping.value));
      base::append(run.octets, octets);
    }
    run.ends.push_back(run.octets.size());
  }
  return runs;
}

/// How many octets the next command takes: whole groupings where at least one fits, else as much as there is room for.
std::size_t next_size(const Run& run, std::size_t at, std::size_t most) {
  const auto end = std::min(run.octets.size(), at + most);
  const auto beyond = std::ranges::upper_bound(run.ends, end);
  if (beyond == run.ends.begin()) return end - at;
  const auto whole = *std::prev(beyond);
  return whole > at ? whole - at : end - at;
}

}  // namespace

std::size_t secret_block(const SecureChannel& channel) noexcept {
  return channel.card().protocol == Protocol::scp02 ? 8 : 16;
}

Bytes padded_secret(ByteView value, std::size_t block) {
  return padded(value, block);
}

void append_grouping_length(Bytes& to, std::size_t size) {
  if (size <= kMaxShortGrouping) {
    to.push_back(static_cast<std::uint8_t>(size));
  } else {
    to.push_back(kLongLength);
    base::append_unsigned(to, size, 2);
  }
}

Result<Bytes> encode_grouping(std::uint16_t dgi, ByteView value) {
  if (value.size() > kMaxGrouping) {
    return fail({.fault = Fault::limit,
                 .what = "a data grouping is longer than its length field can say",
                 .clause = "GP Card Specification §11.11.2.3",
                 .at = value.size()});
  }
  Bytes octets;
  base::append_unsigned(octets, dgi, 2);
  append_grouping_length(octets, value.size());
  base::append(octets, value);
  return octets;
}

Result<std::vector<DataGrouping>> parse_groupings(ByteView octets) {
  std::vector<DataGrouping> groupings;
  base::Cursor cursor{octets};
  while (!cursor.at_end()) {
    if (groupings.size() == kMaxGroupings) return fail(kTooMany);
    DataGrouping grouping;
    CICADA_TRY(grouping.dgi, cursor.take_u16());
    CICADA_TRY(const auto first, cursor.take_u8());
    std::size_t size = first;
    if (first == kLongLength) {
      CICADA_TRY(size, cursor.take_u16());
    }
    CICADA_TRY(const auto value, cursor.take(size));
    grouping.value = base::to_bytes(value);
    groupings.push_back(std::move(grouping));
  }
  return groupings;
}

Result<std::vector<CommandApdu>> store_data_commands(const SecureChannel& channel,
                                                     std::span<const DataGrouping> groupings, bool last,
                                                     std::uint8_t first_block) {
  if (groupings.empty()) return fail({.fault = Fault::bad_input, .what = "there is no data grouping to store"});
  CICADA_TRY(const auto runs, runs_of(channel, groupings));
  std::vector<CommandApdu> commands;
  for (const auto& run : runs) {
    for (std::size_t at = 0; at < run.octets.size();) {
      const auto size = next_size(run, at, channel.max_command_data());
      const auto part = ByteView{run.octets}.subspan(at, size);
      commands.push_back({.cla = kClaGp,
                          .ins = kInsStoreData,
                          .p1 = static_cast<std::uint8_t>(kDgiFormat | (run.sensitive ? kEncrypted : 0)),
                          .p2 = static_cast<std::uint8_t>(first_block + commands.size()),
                          .data = base::to_bytes(part)});
      at += size;
    }
  }
  if (last) commands.back().p1 |= kLastBlock;
  return commands;
}

}  // namespace cicada::host::gp
