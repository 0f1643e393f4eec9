// A chip that does chip authentication with a key pair of its own, computed here and not by the subject.
#pragma once

#include <string>
#include <variant>

#include "cicada/asn1/security_infos.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "fake_chip.h"

namespace cicada::test {

using Group = std::variant<crypto::openssl::Curve, crypto::openssl::Modp>;

enum class KeyForm { explicit_parameters, named, standardized, x942, pkcs3 };

/// SubjectPublicKeyInfo of a key of this group.
[[nodiscard]] Bytes key_info(const Group& group, ByteView value, KeyForm form);
/// The standardized number of a group (9303-11 §9.5.1).
[[nodiscard]] std::uint32_t parameter_id(const Group& group);

class ChipWithKey {
 public:
  /// A fresh key. `leaf`: 1 3DES, 2 to 4 AES-128 to AES-256.
  ChipWithKey(Group group, unsigned leaf);

  Group group;
  unsigned leaf;
  base::SecretBytes secret;
  Bytes value;  ///< the public key
  // DG14.
  KeyForm form;
  bool with_info = true;
  std::uint32_t version = 1;
  std::optional<std::uint32_t> info_id = {};
  std::optional<std::uint32_t> key_id = {};
  std::vector<asn1::SecurityInfo> more = {};
  // Behaviour.
  std::uint16_t kat = 0x9000;               ///< answer to MSE:Set KAT; other than 9000 leaves the keys as they are
  std::uint16_t at = 0x9000;                ///< answer to MSE:Set AT
  std::uint16_t ga = 0x9000;                ///< answer to GENERAL AUTHENTICATE
  Bytes ga_data = {0x7C, 0x00};             ///< its data
  bool changes_keys = true;                 ///< false: goes on with the old keys after all
  std::optional<std::uint32_t> knows = {};  ///< the key number that it accepts; nothing: any or none
  FakeChip chip;

  [[nodiscard]] Bytes dg14() const;
  /// id-CA-... of group and leaf.
  [[nodiscard]] asn1::Oid protocol() const;

 private:
  std::optional<Answer> answer(const PlainCommand& command);
  Answer take_key(ByteView ephemeral, std::uint16_t sw, Bytes data);
};

}  // namespace cicada::test
