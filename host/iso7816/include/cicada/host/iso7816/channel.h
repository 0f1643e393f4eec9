// One card, spoken to in APDUs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cicada/base/error.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/transport/transport.h"

namespace cicada::host::iso7816 {

/// The caps on what a card may make us do for one command.
struct Limits {
  /// GET RESPONSE commands after 61xx (ISO/IEC 7816-4 §11.3.3).
  std::size_t max_get_response = 32;
  /// Octets collected over all of them.
  std::size_t max_response_data = kMaxNe;
  /// Repetitions with a corrected Le after 6Cxx.
  std::size_t max_resend = 1;
  /// False: 61xx and 6Cxx are handed to the caller like any other status word (conformance tests want to see them).
  bool follow_length_hints = true;
};

/// What went over the wire so far.
struct Counters {
  std::uint64_t apdus = 0;      ///< command APDUs sent
  std::uint64_t bytes_out = 0;  ///< octets of them
  std::uint64_t bytes_in = 0;   ///< octets of the response APDUs, status words included
};

/// Encodes commands, parses responses, follows 61xx and 6Cxx within limits, counts. Knows no secure messaging.
/// Borrows the transport, which must live longer. Neither copied nor moved: sessions point to it.
class Channel {
 public:
  explicit Channel(transport::Transport& transport, Limits limits = {}) noexcept
      : transport_(transport), limits_(limits) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  Channel(Channel&&) = delete;
  Channel& operator=(Channel&&) = delete;
  ~Channel() = default;

  /// Sends a plain command. After 61xx the rest is fetched with GET RESPONSE and the data joined; after 6Cxx the
  /// command is repeated with Ne = xx. The result carries whatever status word comes last; only the wire and the
  /// limits make this fail (transport, card_removed, malformed, limit; bad_input for a command that has no coding).
  [[nodiscard]] base::Result<ResponseApdu> transmit(const CommandApdu& command);

  /// Sends one command and returns its one response as it is. For commands under secure messaging: what the card
  /// protects must not be repeated or stitched together below the MAC.
  [[nodiscard]] base::Result<ResponseApdu> exchange(const CommandApdu& command);

  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  [[nodiscard]] base::Result<void> collect(const CommandApdu& command, ResponseApdu& response);

  transport::Transport& transport_;
  Limits limits_;
  Counters counters_;
};

}  // namespace cicada::host::iso7816
