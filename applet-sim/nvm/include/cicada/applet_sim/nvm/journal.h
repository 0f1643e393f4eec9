// A card's memory as a list of committed commands.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::nvm {

/// What one command leaves behind at most: a record's payload.
inline constexpr std::size_t kMaxPayload = 1024UL * 1024;

/// A log of records that only grows at its end.
///
/// One record is one committed command: all of its changes or none. A record is its length, the length's complement,
/// the payload, a checksum chained over everything before it, and a mark. A record whose octets end too early, or
/// whose checksum and mark were not written yet, is what a power cut leaves: it is cut off when the log is opened.
/// Every other octet that is not as it was written makes opening fail: a card that lost its lock to a flipped bit
/// would be a wrong card. README.md has the picture.
class Journal {
 public:
  /// Called with each payload, oldest first. Its error ends the opening.
  using Replay = std::function<base::Result<void>(base::ByteView payload)>;

  /// Starts a log in storage without octets, with one record. Fails with conflict (there are octets), io, limit.
  [[nodiscard]] static base::Result<Journal> create(std::unique_ptr<Storage> storage, base::ByteView first_payload);
  /// Fails with malformed when the octets are not a log, or a damaged one (Error::at is the record's offset).
  [[nodiscard]] static base::Result<Journal> open(std::unique_ptr<Storage> storage, const Replay& replay);

  /// Adds one record. When it returns, the record is as durable as the storage makes it; when it fails (io, limit),
  /// the log is as it was.
  [[nodiscard]] base::Result<void> commit(base::ByteView payload);
  /// Puts one record in the place of all. Fails with io, limit; the log is then as it was.
  [[nodiscard]] base::Result<void> compact(base::ByteView snapshot);

  /// Octets in the storage.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  using Checksum = std::array<std::uint8_t, 16>;
  explicit Journal(std::unique_ptr<Storage> storage) noexcept : storage_(std::move(storage)) {}
  [[nodiscard]] static base::Result<base::Bytes> encode(const Checksum& previous, base::ByteView payload);
  [[nodiscard]] static base::Result<base::Bytes> encode_new(base::ByteView payload);
  void adopt(base::ByteView record, std::size_t before) noexcept;
  [[nodiscard]] base::Result<std::size_t> replay_all(base::ByteView octets, const Replay& replay);
  friend struct RecordReader;

  std::unique_ptr<Storage> storage_;
  Checksum checksum_{};
  std::size_t size_ = 0;
};

}  // namespace cicada::applet_sim::nvm
