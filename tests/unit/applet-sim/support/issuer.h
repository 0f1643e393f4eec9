// Whoever manages a card: the host's half of SCP02 and SCP03, written for the tests of the card alone, on OpenSSL.
#pragma once

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/applet_sim/manager/state.h"
#include "terminal.h"

namespace issuer {

namespace sim = cicada::applet_sim;
using cicada::base::Bytes;
using cicada::base::ByteView;
using sim::manager::Application;
using sim::manager::Protocol;

struct Keys {
  Bytes enc, mac, dek;
  std::uint8_t version = 0x30;
};
/// Different octets in every key; `size` 16, 24 or 32.
[[nodiscard]] Keys keys(std::size_t size = 16, std::uint8_t version = 0x30);

/// A blank with a card manager that has these keys.
[[nodiscard]] sim::kernel::BlankCard blank(Application application, Protocol protocol = Protocol::scp03,
                                           std::uint8_t option = 0x70, const Keys& with = keys());

/// A secure channel, of the protocol that the card's answer names.
class Channel {
 public:
  /// From the answer to an INITIALIZE UPDATE that somebody sent.
  [[nodiscard]] static Channel taken(const Keys& keys, ByteView host_challenge, ByteView answer);
  /// INITIALIZE UPDATE; fails the test when the card's cryptogram is wrong. `size`: of the host challenge.
  [[nodiscard]] static Channel begin(const terminal::Wire& wire, const Keys& keys, std::size_t size = 8,
                                     std::uint8_t version = 0);
  /// The same, and EXTERNAL AUTHENTICATE.
  [[nodiscard]] static Channel open(const terminal::Wire& wire, const Keys& keys, std::uint8_t level = 0x01,
                                    std::size_t size = 8, std::uint8_t version = 0);
  [[nodiscard]] Bytes external_authenticate(std::uint8_t level);

  [[nodiscard]] Bytes wrap(const terminal::Command& command);
  [[nodiscard]] terminal::Response unwrap(ByteView octets);
  terminal::Response transmit(const terminal::Wire& wire, const terminal::Command& command);

  /// Under the DEK; a whole number of blocks.
  [[nodiscard]] Bytes encrypt_secret(ByteView secret) const;
  [[nodiscard]] std::size_t secret_block() const { return scp02_ ? 8 : 16; }

  Bytes initialize_update_answer, host_cryptogram;

 private:
  void derive(const Keys& keys, ByteView host_challenge);
  [[nodiscard]] Bytes seal(ByteView head, ByteView body, ByteView covered);
  [[nodiscard]] Bytes vector(std::uint8_t first) const;

  bool scp02_ = false;
  std::size_t size_ = 8;  // of MACs
  std::uint8_t level_ = 0;
  Bytes s_enc_, s_mac_, s_rmac_, dek_, chaining_, card_cryptogram_;
  bool first_ = true;
  unsigned counter_ = 0;
};

/// Data groupings on their way to the passport application.
class Groupings {
 public:
  Groupings(terminal::Wire wire, Channel channel) : wire_(std::move(wire)), channel_(std::move(channel)) {}
  /// INSTALL [for personalization], in this channel.
  void begin();
  /// DGI, length, value.
  [[nodiscard]] static Bytes encode(unsigned number, ByteView value);
  /// Encrypted under the DEK.
  [[nodiscard]] Bytes encode_secret(unsigned number, ByteView value) const;

  /// One grouping in as many commands as it needs; the answer to the last one.
  terminal::Response send(unsigned number, ByteView value, std::uint8_t bits = 0);
  terminal::Response send_secret(unsigned number, ByteView value, std::uint8_t bits = 0);
  /// `octets` as they are, in pieces.
  terminal::Response send_octets(ByteView octets, std::uint8_t p1);
  [[nodiscard]] Channel& channel() { return channel_; }

  std::size_t piece = 200;
  unsigned next = 0;

 private:
  terminal::Wire wire_;
  Channel channel_;
};

/// Everything that makes a blank of dialect gp-dgi a document: number, value, and whether it is secret.
struct Datum {
  unsigned number = 0;
  Bytes value;
  bool secret = false;
};
[[nodiscard]] std::vector<Datum> document();
/// The same as plain commands of dialect jmrtd, without the lock.
[[nodiscard]] std::vector<terminal::Command> open_document();

/// `E6 20`, `E4`, ... as commands of class 80.
[[nodiscard]] terminal::Command install_for_personalization();
[[nodiscard]] terminal::Command delete_passport();
[[nodiscard]] terminal::Command install_passport(Application application);

}  // namespace issuer
