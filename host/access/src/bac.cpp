#include "cicada/host/access/bac.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/access/kdf.h"
#include "cicada/host/iso7816/sw.h"
#include "mrz_information.h"

namespace cicada::host::access {

using base::ByteView;
using base::Fault;
using base::MutableByteView;
using base::Result;
using crypto::openssl::BlockCipher;
using crypto::openssl::CipherAlgorithm;
using crypto::openssl::RetailMac;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;
namespace sw = iso7816::sw;

namespace {

constexpr std::size_t kNonceSize = 8;
constexpr std::size_t kKeyingMaterialSize = 16;
constexpr std::size_t kCryptogramSize = 2 * kNonceSize + kKeyingMaterialSize;
constexpr std::size_t kMacSize = 8;
constexpr std::size_t kAnswerSize = kCryptogramSize + kMacSize;
constexpr std::size_t kSeedSize = 16;
constexpr std::array<std::uint8_t, kNonceSize> kZeroVector{};
constexpr std::array<std::uint8_t, 8> kPaddingBlock = {0x80};

/// What Le to ask MUTUAL AUTHENTICATE with: the length of the answer, as the standard's example does, then "all there
/// is", which some chips want instead. Each try costs the card a failed attempt at most, so the list is short.
constexpr std::array<std::uint32_t, 2> kAnswerLengths = {kAnswerSize, iso7816::kMaxShortNe};

using Cryptogram = std::array<std::uint8_t, kCryptogramSize>;

/// Two ciphers keyed for one document, and the random values of one run.
struct Run {
  BlockCipher cipher;
  RetailMac mac;
  std::array<std::uint8_t, kNonceSize> rnd_ic{};
  std::array<std::uint8_t, kNonceSize> rnd_ifd{};
  base::Key<struct ForKeyingMaterial, kKeyingMaterialSize> k_ifd{};
};

/// The status words with which chips of the field ask for another Le.
bool wants_another_le(std::uint16_t status) {
  return status == sw::k6700WrongLength || status == sw::k6A88ReferencedDataNotFound ||
         iso7816::classify(status) == iso7816::SwClass::wrong_le;
}

Result<void> get_challenge(PlainSession& plain, Run& run) {
  CICADA_TRY(const auto response, plain.exchange({.ins = 0x84, .ne = kNonceSize}));
  if (!response.ok()) {
    return base::fail({.fault = Fault::card_status,
                       .what = "the card gives no challenge for basic access control",
                       .clause = "9303-11 §4.3.4.1",
                       .hint = "the chip may want PACE",
                       .sw = response.sw});
  }
  if (response.data.size() != kNonceSize) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the card's challenge has not 8 octets",
                       .clause = "9303-11 §4.3.4.1",
                       .at = response.data.size()});
  }
  std::ranges::copy(response.data, run.rnd_ic.begin());
  return {};
}

/// E_IFD || M_IFD, with fresh RND.IFD and K.IFD.
Result<base::Bytes> reader_cryptogram(Run& run, base::Rng& rng) {
  CICADA_CHECK(rng.fill(run.rnd_ifd));
  CICADA_CHECK(rng.fill(run.k_ifd.expose_for_writing()));
  Cryptogram s{};
  const base::Wiper wipe_s{s};
  auto next = std::ranges::copy(run.rnd_ifd, s.begin()).out;
  next = std::ranges::copy(run.rnd_ic, next).out;
  std::ranges::copy(run.k_ifd.expose(), next);
  base::Bytes token(kCryptogramSize);
  CICADA_CHECK(run.cipher.encrypt_cbc(kZeroVector, s, token));
  CICADA_TRY(const auto m_ifd, run.mac.compute({token, kPaddingBlock}));
  base::append(token, m_ifd);
  return token;
}

/// MUTUAL AUTHENTICATE, with a fresh challenge for each Le that is tried. The last answer, whatever it says.
Result<ResponseApdu> authenticate(PlainSession& plain, Run& run, base::Rng& rng) {
  ResponseApdu response;
  for (const auto ne : kAnswerLengths) {
    CICADA_CHECK(get_challenge(plain, run));
    CICADA_TRY(auto token, reader_cryptogram(run, rng));
    CICADA_TRY(response, plain.exchange({.ins = 0x82, .data = std::move(token), .ne = ne}));
    if (!wants_another_le(response.sw)) break;
  }
  return response;
}

std::unexpected<base::Error> refused(std::uint16_t status) {
  if (status == sw::k6D00InstructionNotSupported || status == sw::k6E00ClassNotSupported) {
    return base::fail({.fault = Fault::card_status,
                       .what = "the card does not do basic access control",
                       .clause = "9303-11 §4.3",
                       .hint = "the chip may want PACE",
                       .sw = status});
  }
  return base::fail({.fault = Fault::card_status,
                     .what = "the MRZ data does not open this card",
                     .clause = "9303-11 §4.3.4.1",
                     .hint = "check document number, birth date and expiry date, digit by digit",
                     .sw = status});
}

std::unexpected<base::Error> unproven() {
  return base::fail({.fault = Fault::security,
                     .what = "the card's answer does not prove that it knows the access keys",
                     .clause = "9303-11 §4.3.4.1"});
}

/// Checks M_IC before decrypting, then RND.IC and RND.IFD. Gives the seed of the session keys: K.IFD xor K.IC.
Result<base::SecretBytes> session_seed(const Run& run, ByteView answer) {
  const auto e_ic = answer.first(kCryptogramSize);
  CICADA_TRY(const auto m_ic, run.mac.compute({e_ic, kPaddingBlock}));
  if (!base::constant_time_equal(m_ic, answer.last(kMacSize))) return unproven();
  Cryptogram r{};
  const base::Wiper wipe_r{r};
  CICADA_CHECK(run.cipher.decrypt_cbc(kZeroVector, e_ic, r));
  const auto nonces = base::concat({run.rnd_ic, run.rnd_ifd});
  if (!base::constant_time_equal(nonces, ByteView{r}.first(2 * kNonceSize))) return unproven();
  const auto k_ic = ByteView{r}.last(kKeyingMaterialSize);
  base::Bytes seed(kSeedSize);
  std::ranges::transform(k_ic, run.k_ifd.expose(), seed.begin(),
                         [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
  return base::SecretBytes{std::move(seed)};
}

Result<sm::SecureMessaging> make_codec(const Run& run, ByteView seed) {
  CICADA_TRY(auto ks_enc, derive_key(seed, KeyKind::tdes, KeyUse::encryption));
  CICADA_TRY(auto ks_mac, derive_key(seed, KeyKind::tdes, KeyUse::authentication));
  std::array<std::uint8_t, kNonceSize> ssc{};
  std::ranges::copy(ByteView{run.rnd_ifd}.last(4), std::ranges::copy(ByteView{run.rnd_ic}.last(4), ssc.begin()).out);
  return sm::SecureMessaging::tdes(sm::KsEnc{std::move(ks_enc)}, sm::KsMac{std::move(ks_mac)}, sm::Ssc{ssc});
}

Result<sm::SecureMessaging> negotiate(PlainSession& plain, const BacKeys& keys, base::Rng& rng) {
  CICADA_TRY(auto cipher, BlockCipher::create(CipherAlgorithm::tdes2, keys.k_enc().expose()));
  CICADA_TRY(auto mac, RetailMac::create(keys.k_mac().expose()));
  Run run{.cipher = std::move(cipher), .mac = std::move(mac)};
  CICADA_TRY(const auto response, authenticate(plain, run, rng));
  if (!response.ok()) return refused(response.sw);
  if (response.data.size() != kAnswerSize) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the card's answer to MUTUAL AUTHENTICATE has not 40 octets",
                       .clause = "9303-11 §4.3.4.1",
                       .at = response.data.size()});
  }
  CICADA_TRY(const auto seed, session_seed(run, response.data));
  return make_codec(run, seed.expose());
}

}  // namespace

Result<BacKeys> BacKeys::from_mrz_information(std::string_view mrz_information) {
  CICADA_TRY(const auto digest, digest_mrz_information(mrz_information));
  const auto k_seed = digest.expose().first(kSeedSize);
  CICADA_TRY(const auto enc, derive_key(k_seed, KeyKind::tdes, KeyUse::encryption));
  CICADA_TRY(const auto mac, derive_key(k_seed, KeyKind::tdes, KeyUse::authentication));
  return BacKeys{Enc{enc.expose().first<Enc::kSize>()}, Mac{mac.expose().first<Mac::kSize>()}};
}

std::expected<SecureSession, AccessFailure> run_bac(PlainSession&& plain, const BacKeys& keys, base::Rng& rng) {
  auto session = std::move(plain);
  auto codec = negotiate(session, keys, rng);
  if (!codec) {
    return std::unexpected{AccessFailure{.error = codec.error(), .plain = std::move(session)}};
  }
  return SecureSession{std::move(session), *std::move(codec), "BAC"};
}

}  // namespace cicada::host::access
