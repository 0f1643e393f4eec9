// Secure messaging with AES, against a terminal of a few lines (9303-11 §9.8.6.2).
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "terminal.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
namespace openssl = cicada::crypto::openssl;

namespace {

struct Size {
  sm::Algorithm algorithm;
  openssl::CipherAlgorithm cipher;
  std::size_t octets;
};
constexpr std::array kSizes = {Size{sm::Algorithm::aes128, openssl::CipherAlgorithm::aes128, 16},
                               Size{sm::Algorithm::aes192, openssl::CipherAlgorithm::aes192, 24},
                               Size{sm::Algorithm::aes256, openssl::CipherAlgorithm::aes256, 32}};

Bytes mac(ByteView key, ByteView ssc, ByteView rest) {
  const auto cmac = openssl::Cmac::create(key).value();
  const auto full = cmac.compute({terminal::pad(concat({ssc, rest}), 16)}).value();
  return {full.begin(), full.begin() + 8};
}

Bytes cipher(const Size& size, ByteView key, ByteView ssc, ByteView data, bool encrypt) {
  const auto block = openssl::BlockCipher::create(size.cipher, key).value();
  Bytes iv(16);
  CHECK_OK(block.encrypt_block(ssc, iv));
  Bytes out(data.size());
  CHECK_OK(encrypt ? block.encrypt_cbc(iv, data, out) : block.decrypt_cbc(iv, data, out));
  return out;
}

Bytes ssc_at(std::uint8_t value) {
  Bytes ssc(16);
  ssc[15] = value;
  return ssc;
}

}  // namespace

TEST_GROUP(AesMessaging){};

TEST(AesMessaging, works_with_every_key_length) {
  for (const auto& size : kSizes) {
    const Bytes enc(size.octets, 0x11);
    const Bytes mac_key(size.octets, 0x22);
    const sm::SessionKeys keys{
        .algorithm = size.algorithm, .ks_enc = SecretBytes::copy_of(enc), .ks_mac = SecretBytes::copy_of(mac_key)};
    auto card = sm::SecureMessaging::create(keys, Bytes(16)).value();

    const auto encrypted = cipher(size, enc, ssc_at(1), terminal::pad("54020010"_hex, 16), true);
    const auto objects = concat({terminal::tlv(0x85, encrypted), "970100"_hex});
    const auto head = terminal::pad("0CB10000"_hex, 16);
    const auto data = concat({objects, "8E08"_hex, mac(mac_key, ssc_at(1), concat({head, objects}))});
    const auto octets = terminal::encode(0x0C, {.ins = 0xB1, .data = data, .le = 256});
    const auto command = card.unwrap_command(apdu::parse_command(octets).value(), {.data = true, .le = true});
    CHECK_OK(command);
    CHECK_BYTES("54020010"_hex, command->view().data);
    LONGS_EQUAL(223, command->view().room);

    const auto wrapped = card.wrap_response({"5303AABBCC"_hex, 0x9000});
    CHECK_OK(wrapped);
    const ByteView response{*wrapped};
    CHECK_BYTES("8510"_hex, response.first(2));
    CHECK_BYTES(terminal::pad("5303AABBCC"_hex, 16), cipher(size, enc, ssc_at(2), response.subspan(2, 16), false));
    CHECK_BYTES("990290008E08"_hex, response.subspan(18, 6));
    CHECK_BYTES(mac(mac_key, ssc_at(2), response.first(22)), response.subspan(24, 8));
    CHECK_BYTES("9000"_hex, response.last(2));
  }
}

TEST(AesMessaging, derives_keys_of_the_right_length) {
  LONGS_EQUAL(16, sm::derive_session_keys(sm::Algorithm::aes128, Bytes(20)).value().ks_enc.size());
  LONGS_EQUAL(24, sm::derive_session_keys(sm::Algorithm::aes192, Bytes(32)).value().ks_enc.size());
  LONGS_EQUAL(32, sm::derive_session_keys(sm::Algorithm::aes256, Bytes(32)).value().ks_mac.size());
}
