// AES secure messaging of the reader for P18: 85 READ BINARY after the selection, responses made by the card's codec.
//
//   codec_us   the reader's codec: commands wrapped, responses taken apart, contexts scheduled once a session
//   reused_us  its AES and CMAC alone, in contexts that live as long as the session
//   fresh_us   the same AES and CMAC through EVP, each APDU with contexts of its own
//   fresh_to_reused, fresh_to_codec: the ratios
#include <benchmark/benchmark.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <vector>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/sm/codec.h"
#include "stopwatch.h"

namespace {

using namespace cicada;
using base::Bytes;
using base::ByteView;
namespace card_sm = applet_sim::sm;
namespace openssl = crypto::openssl;

constexpr std::size_t kReads = 85;
constexpr std::size_t kBlock = 16;
constexpr std::size_t kData = 223;
constexpr std::size_t kCryptogram = 224;           // data and padding
constexpr std::size_t kCommandMac = 16 + 16 + 16;  // counter, header, DO'97' and padding
constexpr std::size_t kResponseMac = 16 + 240;     // counter, DO'87' of 228, DO'99' of 4, padding
const Bytes kEncryptionKey(16, 0x5A);
const Bytes kMacKey(16, 0xA5);

host::sm::SecureMessaging reader_codec() {
  using namespace host::sm;
  return SecureMessaging::aes(KsEnc{base::SecretBytes::copy_of(kEncryptionKey)},
                              KsMac{base::SecretBytes::copy_of(kMacKey)}, Ssc{kBlock})
      .value();
}

const host::iso7816::CommandApdu kRead{.ins = 0xB0, .ne = kData};

/// What the card answers to the commands of a session, in their order.
std::vector<host::iso7816::ResponseApdu> responses() {
  auto reader = reader_codec();
  card_sm::SessionKeys keys{.algorithm = card_sm::Algorithm::aes128,
                            .ks_enc = base::SecretBytes::copy_of(kEncryptionKey),
                            .ks_mac = base::SecretBytes::copy_of(kMacKey)};
  auto card = card_sm::SecureMessaging::create(keys, Bytes(kBlock)).value();
  std::vector<host::iso7816::ResponseApdu> all;
  for (std::size_t i = 0; i < kReads; ++i) {
    const auto command = reader.wrap_command(kRead).value().encode().value();
    benchmark::DoNotOptimize(
        card.unwrap_command(applet_sim::apdu::parse_command(command).value(), {.le = true}).value());
    auto octets = card.wrap_response({Bytes(kData, 0x42), applet_sim::apdu::sw::k9000Ok}).value();
    all.push_back(host::iso7816::ResponseApdu::parse(std::move(octets)).value());
    benchmark::DoNotOptimize(reader.unwrap_response(all.back()).value());
  }
  return all;
}

bool with_codec(const std::vector<host::iso7816::ResponseApdu>& answers) {
  auto reader = reader_codec();
  for (const auto& answer : answers) {
    if (!reader.wrap_command(kRead)) return false;
    const auto plain = reader.unwrap_response(answer);
    if (!plain || plain->data.size() != kData) return false;
  }
  return true;
}

/// Data of the sizes of one exchange; what stands in it makes no difference.
struct Workspace {
  Bytes counter = Bytes(kBlock);
  Bytes macced = Bytes(kResponseMac);
  Bytes cryptogram = Bytes(kCryptogram);
  std::array<std::uint8_t, kBlock> iv{};
  std::array<std::uint8_t, kBlock> mac{};
};

bool with_reused_contexts(Workspace& work) {
  const auto cipher = openssl::BlockCipher::create(openssl::CipherAlgorithm::aes128, kEncryptionKey).value();
  const auto mac = openssl::Cmac::create(kMacKey).value();
  for (std::size_t i = 0; i < kReads; ++i) {
    if (!mac.compute({ByteView{work.macced}.first(kCommandMac)}) || !mac.compute({work.macced}) ||
        !cipher.encrypt_block(work.counter, work.iv) ||
        !cipher.decrypt_cbc(work.iv, work.cryptogram, work.cryptogram)) {
      return false;
    }
  }
  return true;
}

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeWith<EVP_MAC_CTX_free>>;

bool fresh_cipher(const EVP_CIPHER* kind, int encrypt, const std::uint8_t* iv, ByteView in, std::uint8_t* out) {
  const CipherContext context{EVP_CIPHER_CTX_new()};
  int written = 0;
  return context && EVP_CipherInit_ex2(context.get(), kind, kEncryptionKey.data(), iv, encrypt, nullptr) == 1 &&
         EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
         EVP_CipherUpdate(context.get(), out, &written, in.data(), static_cast<int>(in.size())) == 1 &&
         std::cmp_equal(written, in.size());
}

bool fresh_mac(EVP_MAC* kind, ByteView data, std::uint8_t* out) {
  std::array<char, 12> name{"AES-128-CBC"};
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name.data(), 0),
                                 OSSL_PARAM_construct_end()};
  const MacContext context{EVP_MAC_CTX_new(kind)};
  std::size_t size = 0;
  return context && EVP_MAC_init(context.get(), kMacKey.data(), kMacKey.size(), parameters.data()) == 1 &&
         EVP_MAC_update(context.get(), data.data(), data.size()) == 1 &&
         EVP_MAC_final(context.get(), out, &size, kBlock) == 1 && size == kBlock;
}

/// The algorithms are looked up once: that is not what a context costs.
bool with_fresh_contexts(Workspace& work) {
  static EVP_CIPHER* const kEcb = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
  static EVP_CIPHER* const kCbc = EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr);
  static EVP_MAC* const kCmac = EVP_MAC_fetch(nullptr, "CMAC", nullptr);
  for (std::size_t i = 0; i < kReads; ++i) {
    if (!fresh_mac(kCmac, ByteView{work.macced}.first(kCommandMac), work.mac.data()) ||
        !fresh_mac(kCmac, work.macced, work.mac.data()) ||
        !fresh_cipher(kEcb, 1, nullptr, work.counter, work.iv.data()) ||
        !fresh_cipher(kCbc, 0, work.iv.data(), work.cryptogram, work.cryptogram.data())) {
      return false;
    }
  }
  return true;
}

void aes_contexts(benchmark::State& state) {
  const auto answers = responses();
  Workspace work;
  bench::Seconds codec{}, reused{}, fresh{};
  for (auto _ : state) {
    bench::Stopwatch watch;
    bool done = with_codec(answers);
    codec += watch.lap();
    done = with_reused_contexts(work) && done;
    reused += watch.lap();
    done = with_fresh_contexts(work) && done;
    fresh += watch.lap();
    if (!done) return state.SkipWithError("an operation failed");
  }
  const auto microseconds = [&](bench::Seconds time) {
    return 1e6 * time.count() / static_cast<double>(state.iterations());
  };
  state.counters["codec_us"] = microseconds(codec);
  state.counters["reused_us"] = microseconds(reused);
  state.counters["fresh_us"] = microseconds(fresh);
  state.counters["fresh_to_reused"] = fresh / reused;
  state.counters["fresh_to_codec"] = fresh / codec;
}
BENCHMARK(aes_contexts);

}  // namespace
