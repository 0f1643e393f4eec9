#include "floor.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <utility>

#include "../sides.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/gcm.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::bench {

using base::Bytes;
using base::ByteView;

namespace {

volatile std::size_t sink = 0;

/// The compiler must believe that the result is wanted.
template <typename T>
void use(const T& result) {
  sink = sink + static_cast<std::size_t>(result.has_value());
}

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

enum class Messaging : std::uint8_t { none, scp03, tdes, aes };

/// One command and its answer under one kind of protection.
struct Protected {
  Messaging how = Messaging::none;
  std::size_t command = 0, answer = 0;  ///< octets that are encrypted
};

constexpr std::size_t kMacSize = 8;
/// One of the audit log's chain of digests, for each state from claimed to done.
constexpr int kAuditRecords = 6;
constexpr std::size_t kAuditRecord = 256;

/// From what went over the wire. Reading is encrypted with 3DES until GENERAL AUTHENTICATE changed the keys.
std::vector<Protected> protections(const std::vector<Wire>& life) {
  constexpr std::uint8_t kGeneralAuthenticate = 0x86;
  std::vector<Protected> list;
  bool agreed = false;
  for (const auto& wire : life) {
    if (wire.command.size() < 5) continue;
    const std::uint8_t cla = wire.command[0];
    const std::size_t data = wire.command.size() - 5;
    if (cla == 0x84 && wire.command[1] != 0x82) {
      list.push_back({Messaging::scp03, data > kMacSize ? data - kMacSize : 0,
                      wire.answer > kMacSize + 2 ? wire.answer - kMacSize - 2 : 0});
    } else if ((cla & 0x0FU) == 0x0C) {
      // DO'87' around the cryptogram 3, DO'8E' 10, DO'97' 3; DO'99' 4 and SW 2 in the answer.
      list.push_back({agreed ? Messaging::aes : Messaging::tdes, data > 16 ? data - 16 : 0,
                      wire.answer > 19 ? wire.answer - 19 : 0});
      agreed = agreed || wire.command[1] == kGeneralAuthenticate;
    }
  }
  return list;
}

/// What both sides do with their own library. Keys are of one session: each is set up anew.
template <typename Side>
class Sessions {
 public:
  void run(const std::vector<Protected>& list) {
    channel();
    basic_access();
    chip_authentication();
    for (const auto& one : list) {
      if (one.how != Messaging::none) protect(one);
    }
  }
  void multiply() { use(group_.multiply(scalar_, point_)); }
  void multiply_generator() { use(group_.multiply_generator(scalar_)); }
  [[nodiscard]] const Bytes& data() const { return data_; }

 private:
  /// SCP03: three session keys from two static ones, two cryptograms; the card makes its challenge from a counter.
  void channel() {
    const auto k_enc = cmac();
    const auto k_mac = cmac();
    for (int i = 0; i < (Side::kEncryptsResponses ? 2 : 1); ++i) mac(k_enc, 32);
    for (int i = 0; i < 2; ++i) mac(k_mac, 32);
    aes_.emplace(cipher(Side::CipherAlgorithm::aes128));
    aes_mac_.emplace(cmac());
    const auto s_rmac = cmac();
    for (int i = 0; i < 2; ++i) mac(*aes_mac_, 32);
  }
  void basic_access() {
    const auto k_enc = cipher(Side::CipherAlgorithm::tdes2);
    const auto k_mac = retail_mac();
    for (int i = 0; i < 2; ++i) {
      crypt(k_enc, 8, 32);
      mac(k_mac, 32);
    }
    hashes(Side::kBacHashes);
    tdes_.emplace(cipher(Side::CipherAlgorithm::tdes2));
    tdes_mac_.emplace(retail_mac());
  }
  void chip_authentication() {
    hashes(2);
    aes_.emplace(cipher(Side::CipherAlgorithm::aes128));
    aes_mac_.emplace(cmac());
  }
  void protect(const Protected& one) {
    const bool wide = one.how != Messaging::tdes;
    for (const auto size : {one.command, one.answer}) {
      const std::size_t block = wide ? 16 : 8;
      const auto whole = (size + block - 1) / block * block;
      if (whole > 0 && wide) use(aes_->encrypt_block(ByteView{data_}.first(16), vector_));
      if (whole > 0) crypt(wide ? *aes_ : *tdes_, block, whole);
      wide ? mac(*aes_mac_, whole + 32) : mac(*tdes_mac_, whole + 32);
    }
  }

  [[nodiscard]] ByteView key() const { return ByteView{data_}.first(16); }
  [[nodiscard]] auto cipher(typename Side::CipherAlgorithm algorithm) const {
    return Side::BlockCipher::create(algorithm, key()).value();
  }
  [[nodiscard]] auto cmac() const { return Side::Cmac::create(key()).value(); }
  [[nodiscard]] auto retail_mac() const { return Side::RetailMac::create(key()).value(); }
  template <typename Mac>
  void mac(const Mac& with, std::size_t size) {
    use(with.compute({ByteView{data_}.first(size)}));
  }
  void hashes(int count) {
    for (int i = 0; i < count; ++i) use(hash(Side::HashAlgorithm::sha1, ByteView{data_}.first(36)));
  }
  void crypt(const typename Side::BlockCipher& cipher, std::size_t block, std::size_t size) {
    use(cipher.encrypt_cbc(ByteView{vector_}.first(block), ByteView{data_}.first(size),
                           base::MutableByteView{out_}.first(size)));
  }

  Bytes data_ = pattern(70'000), out_ = Bytes(70'000), vector_ = Bytes(16), scalar_ = pattern(32);
  std::optional<typename Side::BlockCipher> aes_ = {}, tdes_ = {};
  std::optional<typename Side::Cmac> aes_mac_ = {};
  std::optional<typename Side::RetailMac> tdes_mac_ = {};
  typename Side::EcGroup group_ = Side::EcGroup::create(Side::Curve::p256).value();
  Bytes point_ = group_.multiply_generator(Bytes{3}).value();
};

/// Octets of all files of the card: what was written.
std::size_t written_octets(const std::vector<Wire>& life) {
  std::size_t octets = 0;
  for (const auto& wire : life) {
    const bool update =
        wire.command.size() > 5 && wire.command[0] == 0x84 && (wire.command[1] == 0xD6 || wire.command[1] == 0xD7);
    if (update) octets += wire.command.size() - 5 - kMacSize;
  }
  return octets;
}

}  // namespace

FloorOf measure_floor(const std::vector<Wire>& life, std::size_t sealed_job, std::size_t times) {
  namespace ossl = crypto::openssl;
  const auto list = protections(life);
  const auto octets = std::min<std::size_t>(written_octets(life), 70'000);
  Sessions<HostSide> host;
  Sessions<CardSide> card;
  const auto key = ossl::EcPrivateKey::generate(ossl::Curve::p256).value();
  const auto open = ossl::EcPublicKey::create(ossl::Curve::p256, key.public_point()).value();
  const auto digest = ossl::hash(ossl::HashAlgorithm::sha256, host.data()).value();
  const auto signature = key.sign_der(digest).value();
  Bytes sealed = pattern(sealed_job);
  Bytes tag(16);
  const auto master = ossl::Cmac::create(pattern(32)).value();

  FloorOf floor;
  for (std::size_t i = 0; i < times; ++i) {
    auto begin = cpu_time();
    for (int n = 0; n < 4; ++n) use(master.compute({ByteView{sealed}.first(16)}));
    use(ossl::encrypt_gcm(pattern(32), pattern(12), {}, sealed, tag));
    use(ossl::hash(ossl::HashAlgorithm::sha256, sealed));
    host.run(list);
    for (int n = 0; n < 3; ++n) use(ossl::hash(ossl::HashAlgorithm::sha256, ByteView{host.data()}.first(octets)));
    use(key.sign_der(digest));
    for (int n = 0; n < 2; ++n) use(open.verify_der(digest, signature));
    for (int n = 0; n < kAuditRecords; ++n) {
      use(ossl::hash(ossl::HashAlgorithm::sha256, ByteView{host.data()}.first(kAuditRecord)));
    }
    host.multiply_generator();
    host.multiply();
    floor.host += cpu_time() - begin;
    begin = cpu_time();
    card.run(list);
    card.multiply_generator();
    card.multiply();
    floor.card += cpu_time() - begin;
  }
  floor.host /= static_cast<std::int64_t>(times);
  floor.card /= static_cast<std::int64_t>(times);
  return floor;
}

}  // namespace cicada::bench
