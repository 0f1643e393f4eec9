#include "cicada/conformance/terminal/bac.h"

#include <algorithm>

#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/iso7816/sw.h"
#include "sm_crypto.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;
using host::access::derive_key;
using host::access::KeyUse;
using host::iso7816::CommandApdu;

namespace {

constexpr std::size_t kKeyingMaterialSize = 16;
constexpr std::size_t kSeedSize = 16;
constexpr std::size_t kShortestMrzInformation = 24;
/// CBC begins with zeros in BAC, as it does in secure messaging with 3DES.
constexpr std::array<std::uint8_t, 8> kNoCounter{};

Result<SmCrypto> crypto_of(const BacKeys& keys) {
  return SmCrypto::create(KeyKind::tdes, keys.enc.expose(), keys.mac.expose());
}

/// RND.IC[4..7] || RND.IFD[4..7] (9303-11 §9.8.6.3), and keys from the seed (§4.3.1).
Result<Session> session_of(const BacRun& run, ByteView k_ic) {
  Bytes seed(kSeedSize);
  const base::Wiper wipe_seed{seed};
  std::ranges::transform(k_ic, run.k_ifd.expose(), seed.begin(),
                         [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
  CICADA_TRY(auto enc, derive_key(seed, KeyKind::tdes, KeyUse::encryption));
  CICADA_TRY(auto mac, derive_key(seed, KeyKind::tdes, KeyUse::authentication));
  const auto ssc = base::concat({ByteView{run.rnd_ic}.last(4), ByteView{run.rnd_ifd}.last(4)});
  return Session::create(KeyKind::tdes, std::move(enc), std::move(mac), ssc);
}

/// The status words with which chips of the field ask for another Le.
bool wants_another_le(std::uint16_t sw) noexcept {
  namespace words = host::iso7816::sw;
  return sw == words::k6700WrongLength || sw == words::k6A88ReferencedDataNotFound || sw >> 8U == 0x6C;
}

std::unexpected<base::Error> refused(base::Literal what, std::uint16_t sw) {
  return base::fail({.fault = Fault::card_status, .what = what, .clause = "9303-11 §4.3.4", .sw = sw});
}

/// One try; nothing when the chip seems to want another Le.
Result<bool> try_bac(Terminal& terminal, const BacKeys& keys, std::uint32_t ne) {
  CICADA_TRY(const auto challenge, terminal.send(get_challenge(), "BAC: GET CHALLENGE"));
  if (!challenge.ok()) return refused("the chip gives no challenge for BAC", challenge.sw);
  if (challenge.data.size() != kBacNonceSize) {
    return base::fail({.fault = Fault::malformed, .what = "a challenge has 8 octets", .at = challenge.data.size()});
  }
  CICADA_TRY(const auto run, BacRun::create(challenge.data, terminal.rng()));
  CICADA_TRY(auto token, run.seal(keys));
  CICADA_TRY(const auto response,
             terminal.send(external_authenticate(std::move(token), ne), "BAC: EXTERNAL AUTHENTICATE"));
  if (ne == kBacTokenSize && wants_another_le(response.sw)) return false;
  if (!response.ok()) return refused("the chip refuses BAC", response.sw);
  CICADA_TRY(auto answer, run.check(keys, response.data));
  if (!answer.session) {
    return base::fail({.fault = Fault::security,
                       .what = "the chip's answer does not prove that it knows the access keys",
                       .clause = "9303-11 §4.3.1"});
  }
  terminal.open(*std::move(answer.session));
  return true;
}

}  // namespace

Result<BacKeys> BacKeys::from_mrz_information(std::string_view mrz_information) {
  if (mrz_information.size() < kShortestMrzInformation) {
    return base::fail({.fault = Fault::bad_input, .what = "no MRZ information", .clause = "9303-11 §9.7.2"});
  }
  CICADA_TRY(auto digest, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha1, base::as_bytes(mrz_information)));
  const SecretBytes whole{std::move(digest)};
  const auto seed = whole.expose().first(kSeedSize);
  CICADA_TRY(auto enc, derive_key(seed, KeyKind::tdes, KeyUse::encryption));
  CICADA_TRY(auto mac, derive_key(seed, KeyKind::tdes, KeyUse::authentication));
  return BacKeys{.enc = std::move(enc), .mac = std::move(mac)};
}

CommandApdu get_challenge(std::uint32_t ne) {
  return {.ins = 0x84, .ne = ne};
}

CommandApdu external_authenticate(Bytes token, std::uint32_t ne) {
  return {.ins = 0x82, .data = std::move(token), .ne = ne};
}

Result<BacRun> BacRun::create(ByteView rnd_ic, base::Rng& rng) {
  Bytes rnd_ifd(kBacNonceSize);
  Bytes k_ifd(kKeyingMaterialSize);
  CICADA_CHECK(rng.fill(rnd_ifd));
  CICADA_CHECK(rng.fill(k_ifd));
  return BacRun{
      .rnd_ic = base::to_bytes(rnd_ic), .rnd_ifd = std::move(rnd_ifd), .k_ifd = SecretBytes{std::move(k_ifd)}};
}

Result<Bytes> BacRun::seal(const BacKeys& keys) const {
  CICADA_TRY(const auto crypto, crypto_of(keys));
  auto s = base::concat({rnd_ifd, rnd_ic, k_ifd.expose()});
  const base::Wiper wipe_s{s};
  CICADA_TRY(auto token, crypto.encrypt(kNoCounter, s));
  CICADA_TRY(const auto mac, crypto.checksum({}, {}, token));
  base::append(token, mac);
  return token;
}

Result<BacAnswer> BacRun::check(const BacKeys& keys, ByteView answer) const {
  if (answer.size() != kBacTokenSize) return BacAnswer{.wrong = "the answer has not 40 octets", .session = {}};
  CICADA_TRY(const auto crypto, crypto_of(keys));
  const auto e_ic = answer.first(kBacTokenSize - SmCrypto::Checksum{}.size());
  CICADA_TRY(const auto mac, crypto.checksum({}, {}, e_ic));
  if (!base::equal(mac, answer.subspan(e_ic.size()))) return BacAnswer{.wrong = "M_IC is wrong", .session = {}};
  CICADA_TRY(auto r, crypto.decrypt(kNoCounter, e_ic));
  const base::Wiper wipe_r{r};
  const ByteView seen{r};
  if (!base::equal(seen.first(kBacNonceSize), rnd_ic)) {
    return BacAnswer{.wrong = "the answer does not begin with RND.IC", .session = {}};
  }
  if (!base::equal(seen.subspan(kBacNonceSize, kBacNonceSize), rnd_ifd)) {
    return BacAnswer{.wrong = "the answer does not repeat RND.IFD", .session = {}};
  }
  CICADA_TRY(auto session, session_of(*this, seen.last(kKeyingMaterialSize)));
  return BacAnswer{.wrong = {}, .session = std::move(session)};
}

Result<void> run_bac(Terminal& terminal, const BacKeys& keys) {
  CICADA_TRY(const bool done, try_bac(terminal, keys, kBacTokenSize));
  if (done) return {};
  CICADA_CHECK(try_bac(terminal, keys, host::iso7816::kMaxShortNe));
  return {};
}

}  // namespace cicada::conformance::terminal
