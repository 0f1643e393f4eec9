#include <algorithm>
#include <utility>

#include "cicada/host/gp/card_manager.h"
#include "length_value.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kInstall = 0xE6;
constexpr std::uint8_t kLoad = 0xE8;
constexpr std::uint8_t kForLoad = 0x02;
constexpr std::uint8_t kLastBlock = 0x80;

}  // namespace

Result<Bytes> length_value(ByteView value) {
  if (value.size() > 0xFF) {
    return fail({.fault = Fault::limit,
                 .what = "a field of INSTALL is longer than its length can say",
                 .clause = "GP Card Specification §11.5.2.3",
                 .at = value.size()});
  }
  Bytes field{static_cast<std::uint8_t>(value.size())};
  base::append(field, value);
  return field;
}

Result<Bytes> length_values(std::initializer_list<ByteView> values) {
  Bytes fields;
  for (const auto value : values) {
    CICADA_TRY(const auto field, length_value(value));
    base::append(fields, field);
  }
  return fields;
}

Result<void> CardManager::load(const LoadFile& file, const std::optional<Aid>& domain,
                               const std::optional<crypto::openssl::HashAlgorithm>& hash_with,
                               const LoadProgress& progress) {
  const auto block = load_file_data_block(file);
  const auto most = channel_.max_command_data();
  if (block.size() > most * kMaxLoadBlocks) {
    return fail({.fault = Fault::limit,
                 .what = "the load file needs more blocks than can be counted",
                 .clause = "GP Card Specification §11.6.2.2",
                 .at = block.size()});
  }
  Bytes hash;
  if (hash_with) {
    CICADA_TRY(hash, load_file_hash(file, *hash_with));
  }
  CICADA_TRY(auto announced, length_values({file.package.octets(), domain ? domain->octets() : ByteView{}, hash,
                                            ByteView{}, ByteView{}}));
  CICADA_CHECK(done(kInstall, kForLoad, 0x00, std::move(announced)));
  std::uint8_t number = 0;
  for (std::size_t at = 0; at < block.size(); ++number) {
    const auto part = ByteView{block}.subspan(at, std::min(most, block.size() - at));
    at += part.size();
    CICADA_CHECK(done(kLoad, at == block.size() ? kLastBlock : 0x00, number, base::to_bytes(part)));
    if (progress) progress(at, block.size());
  }
  return {};
}

}  // namespace cicada::host::gp
