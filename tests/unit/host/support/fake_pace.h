// The chip's side of PACE for the tests of the reader's rooms: in code of its own, over the groups of crypto/openssl.
// The real counterpart is applet-sim, met in tests/integration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cicada/base/rng.h"
#include "cicada/host/access/pace_group.h"
#include "cicada/host/access/pace_protocol.h"
#include "fake_card.h"

namespace cicada::test {

class FakePace final : public FakeProcedure {
 public:
  host::access::PaceOffer offer;
  Bytes secret;                        ///< f(pi): SHA-1 of the MRZ information, or the characters of the CAN
  std::uint8_t password = 1;           ///< what DO'83' must name
  std::uint16_t template_sw = 0x9000;  ///< what MSE:Set AT is answered with when it is right
  std::uint16_t wrong_token_sw = 0x6300;
  std::size_t nonce_size = 0;  ///< 0: what the mapping wants
  bool answers_second_nonce_with_nothing = false;
  bool token_comes_last = false;
  Bytes car = {};
  Bytes previous_car = {};
  Bytes static_key = {};  ///< SK_IC of chip authentication mapping
  /// What the chip sends in the place of a public key; the n-th key counts from 1 (mapping, then ephemeral).
  std::function<std::optional<Bytes>(std::size_t n, ByteView readers_key)> instead_of_key = {};

  FakePace(host::access::PaceOffer chosen, Bytes password_octets, std::uint64_t seed = 99);

  /// INS 22 and 86.
  [[nodiscard]] Answer process(const PlainCommand& command) override;
  /// The session, once, after the last step went well.
  [[nodiscard]] std::optional<CardSm> take_session() override { return std::exchange(session_, std::nullopt); }
  /// PK_IC of chip authentication mapping.
  [[nodiscard]] Bytes static_public_key() const;
  /// PACEInfo in a SET: EF.CardAccess.
  [[nodiscard]] Bytes card_access() const;
  [[nodiscard]] std::size_t runs() const noexcept { return runs_; }

 private:
  Answer set_template(const PlainCommand& command);
  Answer give_nonce();
  Answer map(ByteView value);
  Answer agree(ByteView value);
  Answer authenticate(ByteView token);
  Bytes key_for(std::uint8_t counter, ByteView from) const;
  Bytes mac(ByteView key, Bytes input) const;
  Bytes encrypt(ByteView key, ByteView data) const;
  Bytes token_over(ByteView key) const;
  Bytes chip_data() const;
  Bytes prf(ByteView t) const;
  Bytes shown(std::size_t n, ByteView own, ByteView readers) const;

  host::access::PaceGroup group_;
  base::ReplayRng rng_;
  int stage_ = -1;
  Bytes nonce_, generator_, mapping_secret_, readers_key_, own_key_, ks_enc_, ks_mac_;
  std::optional<CardSm> session_;
  std::size_t runs_ = 0;
};

}  // namespace cicada::test
