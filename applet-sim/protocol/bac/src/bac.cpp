#include "cicada/applet_sim/protocol/bac/bac.h"

#include <algorithm>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::bac {
namespace {

using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;
using crypto::mbedtls::RetailMac;

constexpr std::size_t kNonceSize = 8;
constexpr std::size_t kKeySize = 16;
constexpr std::size_t kSecretSize = 32;  // two nonces and a key
constexpr std::size_t kMacSize = 8;
constexpr std::array<std::uint8_t, 8> kZeroIv{};
constexpr std::array<std::uint8_t, 8> kPaddingBlock = {0x80};  // E_IFD and E_IC are whole blocks already

using SecretBlock = std::array<std::uint8_t, kSecretSize>;

/// The primitives, counted.
class Worker {
 public:
  Worker(const BlockCipher& cipher, const RetailMac& mac, base::Rng& rng) noexcept
      : cipher_(cipher), mac_(mac), rng_(rng) {}

  base::Result<std::array<std::uint8_t, kMacSize>> mac(base::ByteView cryptogram) {
    ++work_.macs;
    return mac_.compute({cryptogram, kPaddingBlock});
  }
  base::Result<void> decrypt(base::ByteView in, base::MutableByteView out) {
    work_.cipher_octets += in.size();
    return cipher_.decrypt_cbc(kZeroIv, in, out);
  }
  base::Result<void> encrypt(base::ByteView in, base::MutableByteView out) {
    work_.cipher_octets += in.size();
    return cipher_.encrypt_cbc(kZeroIv, in, out);
  }
  base::Result<void> random(base::MutableByteView out) {
    work_.random_octets += out.size();
    return rng_.fill(out);
  }
  base::Result<sm::SecureMessaging> session(base::ByteView k_seed, base::ByteView ssc) {
    ++work_.key_derivations;
    CICADA_TRY(const auto keys, sm::derive_session_keys(sm::Algorithm::tdes, k_seed));
    return sm::SecureMessaging::create(keys, ssc);
  }
  [[nodiscard]] const Work& work() const noexcept { return work_; }

 private:
  const BlockCipher& cipher_;
  const RetailMac& mac_;
  base::Rng& rng_;
  Work work_;
};

/// S = RND.IFD || RND.IC || K.IFD and R = RND.IC || RND.IFD || K.IC: two nonces and a key each.
base::ByteView first_nonce(const SecretBlock& block) {
  return base::ByteView{block}.first(kNonceSize);
}
base::ByteView second_nonce(const SecretBlock& block) {
  return base::ByteView{block}.subspan(kNonceSize, kNonceSize);
}
base::ByteView key_of(const SecretBlock& block) {
  return base::ByteView{block}.last(kKeySize);
}

base::Result<SecretBlock> make_r(Worker& worker, base::ByteView rnd_ic, base::ByteView rnd_ifd) {
  SecretBlock r{};
  std::ranges::copy(rnd_ic, r.begin());
  std::ranges::copy(rnd_ifd, r.begin() + kNonceSize);
  CICADA_CHECK(worker.random(base::MutableByteView{r}.last(kKeySize)));
  return r;
}

/// K_seed = K.IFD xor K.IC; the SSC starts with the lower halves of RND.IC and RND.IFD (9303-11 §9.8.7.1).
base::Result<sm::SecureMessaging> make_session(Worker& worker, const SecretBlock& s, const SecretBlock& r) {
  std::array<std::uint8_t, kKeySize> k_seed{};
  const base::Wiper wiper{k_seed};
  std::ranges::transform(key_of(s), key_of(r), k_seed.begin(),
                         [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
  std::array<std::uint8_t, 8> ssc{};
  std::ranges::copy(first_nonce(r).last(4), ssc.begin());
  std::ranges::copy(second_nonce(r).last(4), ssc.begin() + 4);
  return worker.session(k_seed, ssc);
}

base::Result<base::Bytes> make_response(Worker& worker, const SecretBlock& r) {
  base::Bytes response(kAuthenticationSize);
  const auto e_ic = base::MutableByteView{response}.first(kSecretSize);
  CICADA_CHECK(worker.encrypt(r, e_ic));
  CICADA_TRY(const auto m_ic, worker.mac(e_ic));
  std::ranges::copy(m_ic, response.begin() + kSecretSize);
  return response;
}

}  // namespace

base::Result<Bac> Bac::create(const AccessKeys& keys) {
  CICADA_TRY(auto cipher, BlockCipher::create(CipherAlgorithm::tdes2, keys.k_enc.expose()));
  CICADA_TRY(auto mac, RetailMac::create(keys.k_mac.expose()));
  return Bac{std::move(cipher), std::move(mac)};
}

base::Result<Authentication> Bac::authenticate(base::ByteView data, const Challenge& rnd_ic, base::Rng& rng, Work* work,
                                               security::Lapses lapses) const {
  if (data.size() != kAuthenticationSize) {
    return base::fail({.fault = base::Fault::bad_input, .what = "E_IFD and M_IFD have 40 octets together"});
  }
  Worker worker{cipher_, mac_, rng};
  const auto e_ifd = data.first(kSecretSize);
  CICADA_TRY(const auto m_ifd, worker.mac(e_ifd));
  const bool mac_right = base::constant_time_equal(m_ifd, data.last(kMacSize)) || lapses.has(security::Lapse::bac_mac);

  SecretBlock s{};
  const base::Wiper wipe_s{s};
  CICADA_CHECK(worker.decrypt(e_ifd, s));
  const bool nonce_right = base::constant_time_equal(second_nonce(s), rnd_ic) || lapses.has(security::Lapse::bac_nonce);

  // All is computed before anything is decided: the answer to a wrong MAC takes as long as the one to a wrong nonce,
  // and both as long as success.
  CICADA_TRY(auto r, make_r(worker, rnd_ic, first_nonce(s)));
  const base::Wiper wipe_r{r};
  CICADA_TRY(auto response, make_response(worker, r));
  CICADA_TRY(auto session, make_session(worker, s, r));
  if (work != nullptr) *work = worker.work();
  // One decision on both:   // NOLINTNEXTLINE(hicpp-signed-bitwise): & and not &&, there is one decision. and not &&.
  if ((static_cast<unsigned>(mac_right) & static_cast<unsigned>(nonce_right)) == 0) {
    return base::fail({.fault = base::Fault::security,
                       .what = "mutual authentication failed",
                       .clause = "9303-11 §4.3.2",
                       .sw = apdu::sw::k6300AuthenticationFailed});
  }
  return Authentication{.response = std::move(response), .session = std::move(session)};
}

}  // namespace cicada::applet_sim::protocol::bac
