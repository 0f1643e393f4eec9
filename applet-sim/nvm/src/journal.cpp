#include "cicada/applet_sim/nvm/journal.h"

#include <algorithm>
#include <string_view>

#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/hash.h"

namespace cicada::applet_sim::nvm {
namespace {

/// Name and version of the file's form.
constexpr std::string_view kMagic{"Cicada card\x01\r\n\x1a\n", 16};
constexpr std::size_t kLengths = 8;    // length and its complement, four octets each
constexpr std::size_t kChecksum = 16;  // of SHA-256, truncated
constexpr std::string_view kMark = "DONE";
constexpr std::size_t kOverhead = kLengths + kChecksum + kMark.size();

base::Error damaged(std::size_t at) {
  return {.fault = base::Fault::malformed,
          .what = "the card file is damaged",
          .hint = "restore it from a copy, or make a new card",
          .at = at};
}

bool all_zero(base::ByteView octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

base::Result<std::array<std::uint8_t, kChecksum>> checksum_of(base::ByteView previous, base::ByteView record_part) {
  CICADA_TRY(auto hasher, crypto::mbedtls::Hasher::create(crypto::mbedtls::HashAlgorithm::sha256));
  CICADA_CHECK(hasher.update(previous));
  CICADA_CHECK(hasher.update(record_part));
  CICADA_TRY(const auto full, hasher.finish());
  std::array<std::uint8_t, kChecksum> checksum{};
  std::copy_n(full.begin(), kChecksum, checksum.begin());
  return checksum;
}

}  // namespace

/// One record at the front of `octets`.
struct RecordReader {
  enum class State : std::uint8_t { whole, torn, damaged };

  State state = State::damaged;
  base::ByteView payload = {};
  base::ByteView record = {};

  static base::Result<RecordReader> read(const Journal::Checksum& previous, base::ByteView octets) {
    // A cut leaves a part of the record, or the file's new length with zeros where the octets should be.
    if (octets.size() < kOverhead || all_zero(octets)) return RecordReader{.state = torn_start(octets)};
    const auto length = length_of(octets);
    if (!length && all_zero(octets.subspan(kLengths))) return RecordReader{.state = State::torn};
    if (!length || *length > kMaxPayload) return RecordReader{};
    if (octets.size() - kOverhead < *length) return RecordReader{.state = State::torn};
    const auto record = octets.first(kOverhead + *length);
    const auto trailer = record.last(kChecksum + kMark.size());
    if (record.size() == octets.size() && all_zero(trailer)) return RecordReader{.state = State::torn};
    if (!base::equal(trailer.last(kMark.size()), base::as_bytes(kMark))) return RecordReader{};
    CICADA_TRY(const auto checksum, checksum_of(previous, record.first(kLengths + *length)));
    if (!base::equal(checksum, trailer.first(kChecksum))) return RecordReader{};
    return RecordReader{.state = State::whole, .payload = record.subspan(kLengths, *length), .record = record};
  }

 private:
  /// Fewer octets than the shortest record has: torn, unless the lengths contradict each other.
  static State torn_start(base::ByteView octets) {
    if (octets.size() < kLengths || length_of(octets)) return State::torn;
    return all_zero(octets.subspan(kLengths)) ? State::torn : State::damaged;
  }

  static std::optional<std::size_t> length_of(base::ByteView octets) {
    base::Cursor cursor{octets};
    const auto length = cursor.take_u32().value_or(0);
    const auto complement = cursor.take_u32().value_or(0);
    if (length != static_cast<std::uint32_t>(~complement)) return std::nullopt;
    return length;
  }
};

base::Result<base::Bytes> Journal::encode(const Checksum& previous, base::ByteView payload) {
  if (payload.size() > kMaxPayload) {
    return base::fail({.fault = base::Fault::limit, .what = "a record cannot be that large", .at = payload.size()});
  }
  base::Bytes record;
  record.reserve(payload.size() + kOverhead);
  const auto length = static_cast<std::uint32_t>(payload.size());
  base::append_unsigned(record, length, 4);
  base::append_unsigned(record, static_cast<std::uint32_t>(~length), 4);
  base::append(record, payload);
  CICADA_TRY(const auto checksum, checksum_of(previous, record));
  base::append(record, checksum);
  base::append(record, base::as_bytes(kMark));
  return record;
}

base::Result<base::Bytes> Journal::encode_new(base::ByteView payload) {
  CICADA_TRY(auto record, encode({}, payload));
  const base::Wiper wiper{record};
  return base::concat({base::as_bytes(kMagic), record});
}

void Journal::adopt(base::ByteView record, std::size_t before) noexcept {
  std::ranges::copy(record.last(kChecksum + kMark.size()).first(kChecksum), checksum_.begin());
  size_ = before + record.size();
}

base::Result<Journal> Journal::create(std::unique_ptr<Storage> storage, base::ByteView first_payload) {
  Journal journal{std::move(storage)};
  CICADA_TRY(auto there, journal.storage_->read());
  if (!there.empty()) return base::fail({.fault = base::Fault::conflict, .what = "there is a card already"});
  CICADA_CHECK(journal.compact(first_payload));
  return journal;
}

base::Result<Journal> Journal::open(std::unique_ptr<Storage> storage, const Replay& replay) {
  Journal journal{std::move(storage)};
  CICADA_TRY(auto octets, journal.storage_->read());
  const base::Wiper wiper{octets};
  if (octets.size() < kMagic.size() ||
      !base::equal(base::ByteView{octets}.first(kMagic.size()), base::as_bytes(kMagic))) {
    return base::fail({.fault = base::Fault::malformed, .what = "this is not a card file"});
  }
  CICADA_TRY(journal.size_, journal.replay_all(octets, replay));
  if (journal.size_ < octets.size()) CICADA_CHECK(journal.storage_->truncate(journal.size_));
  return journal;
}

base::Result<std::size_t> Journal::replay_all(base::ByteView octets, const Replay& replay) {
  std::size_t at = kMagic.size();
  while (at < octets.size()) {
    CICADA_TRY(const auto next, RecordReader::read(checksum_, octets.subspan(at)));
    if (next.state == RecordReader::State::damaged) return base::fail(damaged(at));
    if (next.state == RecordReader::State::torn) break;
    CICADA_CHECK(replay(next.payload));
    adopt(next.record, at);
    at += next.record.size();
  }
  // The first record is written with the file, in one piece: without it there never was a card.
  if (at == kMagic.size()) return base::fail(damaged(at));
  return at;
}

base::Result<void> Journal::commit(base::ByteView payload) {
  CICADA_TRY(auto record, encode(checksum_, payload));
  const base::Wiper wiper{record};
  CICADA_CHECK(storage_->append(record));
  adopt(record, size_);
  return {};
}

base::Result<void> Journal::compact(base::ByteView snapshot) {
  CICADA_TRY(auto content, encode_new(snapshot));
  const base::Wiper wiper{content};
  CICADA_CHECK(storage_->replace(content));
  adopt(base::ByteView{content}.subspan(kMagic.size()), kMagic.size());
  return {};
}

}  // namespace cicada::applet_sim::nvm
