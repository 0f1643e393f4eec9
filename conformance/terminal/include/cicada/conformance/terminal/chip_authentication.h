// Chip authentication (9303-11 §6.2), each command an object that a test may bend before it goes out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/conformance/terminal/ephemeral_key.h"
#include "cicada/conformance/terminal/object_command.h"
#include "cicada/conformance/terminal/session.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/host/access/pace_protocol.h"

namespace cicada::conformance::terminal {

/// A key of DG14 together with a protocol that it serves.
struct ChipKey {
  asn1::Oid protocol;  ///< id-CA-...
  KeyKind cipher = KeyKind::tdes;
  host::access::Domain domain;
  base::Bytes public_key;  ///< 04 || x || y, or y
  std::optional<std::uint32_t> key_id = {};

  /// Keys are agreed with MSE:Set KAT, which is for 3DES and nothing else; otherwise with GENERAL AUTHENTICATE.
  [[nodiscard]] bool by_key_agreement_template() const noexcept { return cipher == KeyKind::tdes; }
};

/// The SecurityInfos that DG14 holds. Fails with malformed or limit.
[[nodiscard]] base::Result<asn1::SecurityInfos> security_infos_of_dg14(base::ByteView dg14);
/// Every ChipAuthenticationInfo with its key. A key that none speaks of serves 3DES. Left out are keys on groups that
/// are not known and infos of other versions than 1.
[[nodiscard]] std::vector<ChipKey> chip_keys(const asn1::SecurityInfos& infos);

/// One run, without its card.
class ChipAuthentication {
 public:
  /// Fails like make_key_pair, and with security when the chip's key is not in its group.
  [[nodiscard]] static base::Result<ChipAuthentication> create(const ChipKey& key, base::Rng& rng,
                                                               KeyShape shape = KeyShape::any);

  /// MSE:Set KAT { 91 key, [84 identifier] }: 3DES.
  [[nodiscard]] ObjectCommand key_agreement() const;
  /// MSE:Set AT { 80 protocol, [84 identifier] }.
  [[nodiscard]] ObjectCommand select() const;
  /// GENERAL AUTHENTICATE { 7C { 80 key } }.
  [[nodiscard]] ObjectCommand authenticate() const;

  [[nodiscard]] const host::access::PaceGroup& group() const noexcept { return group_; }
  [[nodiscard]] const base::Bytes& ephemeral() const noexcept { return pair_.shown; }
  /// Comp(PK_DH,IFD), which terminal authentication signs (9303-11 §9.6).
  [[nodiscard]] base::Result<base::Bytes> compressed_ephemeral() const { return group_.compress(pair_.shown); }
  /// The session that follows; its keys prove the chip when the chip knows them.
  [[nodiscard]] base::Result<Session> session() const;

 private:
  ChipAuthentication(ChipKey key, host::access::PaceGroup group, KeyPair pair)
      : key_(std::move(key)), group_(std::move(group)), pair_(std::move(pair)) {}
  [[nodiscard]] ObjectCommand with_key_id(ObjectCommand command) const;

  ChipKey key_;
  host::access::PaceGroup group_;
  KeyPair pair_;
};

struct ChipAuthenticationRun {
  Session session;                            ///< not open yet
  base::Bytes compressed_terminal_ephemeral;  ///< Comp(PK_DH,IFD)
};
/// All commands as they should be, under the session that is open. Fails with card_status when one is refused, with
/// security when an answer is not soundly protected, malformed, or like Terminal.
[[nodiscard]] base::Result<ChipAuthenticationRun> run_chip_authentication(Terminal& terminal, const ChipKey& key);

}  // namespace cicada::conformance::terminal
