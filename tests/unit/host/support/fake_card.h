// A scripted card for the tests of the reader's rooms: it knows just enough of BAC and secure messaging to answer, in
// code of its own, and misbehaves on demand. The real counterpart is applet-sim, met in tests/integration.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/crypto/openssl/cipher.h"

namespace cicada::test {

using base::Bytes;
using base::ByteView;

struct PlainCommand {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  Bytes data = {};
  std::optional<std::uint32_t> ne = {};
  bool extended = false;
};
/// Takes a command APDU apart by its length fields.
[[nodiscard]] PlainCommand parse_command(ByteView octets);

struct Answer {
  Bytes data = {};
  std::uint16_t sw = 0x9000;
};
[[nodiscard]] Bytes plain(const Answer& answer);

/// The card's half of secure messaging.
class CardSm {
 public:
  CardSm(bool aes, Bytes ks_enc, Bytes ks_mac, Bytes ssc);
  /// Checks the MAC and gives the plain command; nothing when the MAC or the form is wrong.
  [[nodiscard]] std::optional<PlainCommand> unwrap(const PlainCommand& secured);
  [[nodiscard]] Bytes wrap(const Answer& answer, bool odd_ins = false);
  /// A response made of these objects with a right MAC behind them.
  [[nodiscard]] Bytes seal(Bytes objects, std::uint16_t sw);
  /// DO'87' or DO'85' around the encrypted `padded` octets. The counter must stand where the response will have it.
  [[nodiscard]] Bytes cryptogram(ByteView padded, bool odd_ins);
  void count();
  [[nodiscard]] Bytes pad(ByteView data) const;

 private:
  [[nodiscard]] Bytes mac(ByteView header, ByteView objects) const;
  [[nodiscard]] Bytes iv() const;
  bool aes_;
  std::size_t block_;
  Bytes ks_enc_;
  Bytes ks_mac_;
  Bytes ssc_;
};

/// The chip's half of an access procedure that a card can be given: fake_pace.h.
class FakeProcedure {
 public:
  FakeProcedure() = default;
  FakeProcedure(const FakeProcedure&) = delete;
  FakeProcedure& operator=(const FakeProcedure&) = delete;
  FakeProcedure(FakeProcedure&&) = delete;
  FakeProcedure& operator=(FakeProcedure&&) = delete;
  virtual ~FakeProcedure() = default;
  /// INS 22 and 86 in plain.
  [[nodiscard]] virtual Answer process(const PlainCommand& command) = 0;
  /// The session, once, after the last step went well.
  [[nodiscard]] virtual std::optional<CardSm> take_session() = 0;
};

/// An LDS1 card with BAC, and with PACE when it is given.
class FakeCard {
 public:
  // What the card is.
  Bytes k_enc;
  Bytes k_mac;
  std::map<std::uint8_t, Bytes> files;           ///< by SFI
  std::map<std::uint8_t, std::uint16_t> closed;  ///< SFI -> the status word that reading it gives
  FakeProcedure* pace = nullptr;                 ///< borrowed
  std::map<std::uint8_t, Bytes> mf_files;        ///< by SFI; EF.CardAccess is read in plain, the others after PACE
  bool has_bac = true;
  bool open_to_all = false;      ///< no access control
  std::uint16_t mf_sfi_sw = 0;   ///< reading by SFI in the master file is answered with this
  std::uint16_t mf_read_sw = 0;  ///< so is reading a selected file there
  std::uint16_t select_mf_sw = 0x9000;
  // How it behaves.
  bool knows_sfi = true;
  bool knows_odd = true;
  std::size_t max_le = 65536;                   ///< a larger Le is answered with `too_long`
  std::uint16_t too_long = 0x6700;              ///< 6Cxx is given in plain, as real chips do, and ends the session
  std::size_t most_given = 65536;               ///< octets of a response, without a word about it
  bool reports_end_of_file = false;             ///< 6282 instead of 9000 when Le passes the end
  bool refuses_beyond_end = false;              ///< 6B00 and no data when Le passes the end
  std::optional<std::uint32_t> wanted_le = {};  ///< MUTUAL AUTHENTICATE with another Le is answered with 6700
  /// Looks at every answer before it leaves; the n-th command counts from 1.
  std::function<void(std::size_t n, const PlainCommand& seen, Bytes& response)> tamper;
  /// Stands in for the file system when it gives an answer.
  std::function<std::optional<Answer>(const PlainCommand& command)> instead;

  [[nodiscard]] Bytes process(ByteView command);
  [[nodiscard]] std::size_t commands() const noexcept { return commands_; }
  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_; }
  void kill_session() { sm_.reset(); }

 private:
  Bytes secured(const PlainCommand& command);
  Answer open(const PlainCommand& command);
  Answer open_master_file(const PlainCommand& command);
  Answer read_master_file(const PlainCommand& command, bool secured);
  Answer mutual_authenticate(const PlainCommand& command);
  Answer inside(const PlainCommand& command);
  Answer read(const PlainCommand& command);
  Answer select_file(const PlainCommand& command);

  std::optional<CardSm> sm_;
  std::optional<CardSm> next_sm_;
  Bytes challenge_;
  bool selected_ = false;
  std::uint8_t current_ = 0;
  std::uint8_t current_in_mf_ = 0;
  std::size_t commands_ = 0;
  std::size_t sessions_ = 0;
};

}  // namespace cicada::test
