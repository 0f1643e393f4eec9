// Real readers, through PC/SC.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/host/transport/transport.h"

namespace cicada::host::transport {

/// A reader that the service knows.
struct Reader {
  std::string name;
  bool card_present = false;
  base::Bytes atr;  ///< of the card in it; empty without a card
  /// Goes up with every card that is put in or taken out, modulo 2^16: tells a card from the one before it, however
  /// quick the hand was.
  std::uint16_t changes = 0;
};

/// Fails with transport when the service is not running or does not answer within `timeout`. No reader is an empty
/// list, not an error.
[[nodiscard]] base::Result<std::vector<Reader>> list_readers(std::chrono::milliseconds timeout = std::chrono::seconds{
                                                                 5});

struct PcscOptions {
  /// How long one command may take. A card that hangs blocks PC/SC without end, so every call runs on a thread of its
  /// own; when the time is over that thread is left behind with its connection, and the transport is dead.
  std::chrono::milliseconds timeout = std::chrono::seconds{20};
  /// How long open() waits for a card to be put into the reader. 0: it must be there.
  std::chrono::milliseconds wait_for_card{0};
  /// Refuse other programs while we are connected. Otherwise they wait: all our commands are one transaction.
  bool exclusive = false;
};

/// A card in a reader.
class PcscTransport final : public Transport {
 public:
  /// Connects to the card in the reader of this name; a part of the name is enough when only one reader has it.
  /// Fails with not_found (no such reader, no card), bad_input (several readers have that name), conflict (another
  /// program holds the card), transport (service, reader, or a card that does not answer the reset).
  [[nodiscard]] static base::Result<std::unique_ptr<PcscTransport>> open(std::string_view reader,
                                                                         PcscOptions options = {});
  PcscTransport(const PcscTransport&) = delete;
  PcscTransport& operator=(const PcscTransport&) = delete;
  PcscTransport(PcscTransport&&) = delete;
  PcscTransport& operator=(PcscTransport&&) = delete;
  /// Disconnects and resets the card, so that no session stays open in it.
  ~PcscTransport() override;

  /// Two to 65,535 octets: a single octet would be taken for a control command by the virtual reader, and more than
  /// 65,535 makes it eject the card. Both fail with bad_input before anything is sent. With T=0 the command is carried
  /// as ISO/IEC 7816-3 §12.2 says and extended length fails with unsupported.
  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;

  /// Resets the card and connects again, after card_removed or a foreign reset. Fails as open() does.
  [[nodiscard]] base::Result<void> reconnect();

  /// The full name of the reader.
  [[nodiscard]] const std::string& reader() const noexcept;
  /// The card's answer to reset.
  [[nodiscard]] const base::Bytes& atr() const noexcept;

 private:
  class Impl;
  explicit PcscTransport(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cicada::host::transport
