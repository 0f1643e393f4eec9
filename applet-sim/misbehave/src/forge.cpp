#include "forge.h"

#include <array>

#include "cicada/applet_sim/protocol/aa/active_authentication.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::misbehave {
namespace {

namespace mbedtls = crypto::mbedtls;
using base::Bytes;
using base::ByteView;
using base::Result;

constexpr std::size_t kNonce = 8;
constexpr std::size_t kCryptogram = 32;  // RND.IC || RND.IFD || K.IC
constexpr std::array<std::uint8_t, 8> kZeroIv{};
constexpr std::array<std::uint8_t, 8> kPaddingBlock = {0x80};

std::unexpected<base::Error> no_key() {
  return base::fail({.fault = base::Fault::not_found, .what = "the card has no key to forge this with"});
}

/// Where an octet of the subject stands in R.
std::size_t place_in_r(Subject subject) {
  switch (subject) {
    case Subject::rnd_ic: return 0;
    case Subject::rnd_ifd: return kNonce;
    default: return 2 * kNonce;
  }
}

/// E_IC || M_IC again, of another R (9303-11 §4.3.4.1).
Result<Bytes> forged_bac(Subject subject, const applet::Context& here, ByteView reply) {
  if (!here.card.access_keys || reply.size() <= kCryptogram) return no_key();
  const auto& keys = *here.card.access_keys;
  CICADA_TRY(const auto cipher, mbedtls::BlockCipher::create(mbedtls::CipherAlgorithm::tdes2, keys.k_enc.expose()));
  CICADA_TRY(const auto mac, mbedtls::RetailMac::create(keys.k_mac.expose()));
  Bytes r(kCryptogram);
  CICADA_CHECK(cipher.decrypt_cbc(kZeroIv, reply.first(kCryptogram), r));
  r[place_in_r(subject)] ^= 0x01U;
  CICADA_CHECK(cipher.encrypt_cbc(kZeroIv, r, r));
  CICADA_TRY(const auto m_ic, mac.compute({r, kPaddingBlock}));
  base::append(r, m_ic);
  return r;
}

/// A signature over a message representative that is right but for one octet (9303-11 §6.1.2.2).
Result<Bytes> forged_signature(Subject subject, const applet::Context& here, const apdu::CommandView& command) {
  const auto* const secret =
      here.card.active_key ? std::get_if<applet::RsaSecret>(&here.card.active_key->secret) : nullptr;
  if (secret == nullptr) return no_key();
  const auto hash = here.card.active_key->hash;
  CICADA_TRY(const auto key, mbedtls::RsaPrivateKey::create(secret->p.expose(), secret->q.expose(), secret->exponent));
  CICADA_TRY(auto f, protocol::aa::message_representative(hash, key.modulus().size(), command.data, here.rng));
  const std::size_t trailer = hash == mbedtls::HashAlgorithm::sha1 ? 1 : 2;
  switch (subject) {
    case Subject::aa_header: f.front() ^= 0x20U; break;
    case Subject::aa_message: f[1] ^= 0x01U; break;
    case Subject::aa_hash: f[f.size() - trailer - 1] ^= 0x01U; break;
    default: f.back() ^= 0x10U; break;
  }
  return key.apply(f, here.rng);
}

}  // namespace

Result<Bytes> forged(Subject subject, const applet::Context& here, const apdu::CommandView& command, ByteView reply) {
  switch (subject) {
    case Subject::rnd_ic:
    case Subject::rnd_ifd:
    case Subject::k_ic: return forged_bac(subject, here, reply);
    default: return forged_signature(subject, here, command);
  }
}

}  // namespace cicada::applet_sim::misbehave
