// PUT KEY: new keys of the channel.
#include "cards.h"
#include "cicada/crypto/openssl/cipher.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace outside = cicada::crypto::openssl;
using cards::Bench;
using issuer::Application;
using issuer::Channel;
using issuer::Protocol;
using terminal::Command;

namespace {

/// GPC §B.5.
Bytes check_value(Protocol protocol, const Bytes& key) {
  using enum outside::CipherAlgorithm;
  const auto algorithm = protocol == Protocol::scp02 ? tdes2
                         : key.size() == 32          ? aes256
                         : key.size() == 24          ? aes192
                                                     : aes128;
  Bytes block = protocol == Protocol::scp02 ? Bytes(8) : Bytes(16, 0x01);
  const auto cipher = outside::BlockCipher::create(algorithm, key);
  CHECK_OK(cipher);
  const Bytes zero(block.size());
  CHECK_OK(cipher->encrypt_cbc(zero, block, block));
  block.resize(3);
  return block;
}

Bytes key_data(const Channel& channel, Protocol protocol, const Bytes& key) {
  auto padded = key;
  while (padded.size() % channel.secret_block() != 0) padded.push_back(0x5A);
  const auto encrypted = channel.encrypt_secret(padded);
  const auto size = static_cast<std::uint8_t>(encrypted.size());
  const auto head = protocol == Protocol::scp02
                        ? Bytes{0x80, size}
                        : Bytes{0x88, static_cast<std::uint8_t>(size + 1), static_cast<std::uint8_t>(key.size())};
  return concat({head, encrypted, "03"_hex, check_value(protocol, key)});
}

Bytes set_data(const Channel& channel, Protocol protocol, const issuer::Keys& keys) {
  return concat({Bytes{keys.version}, key_data(channel, protocol, keys.enc), key_data(channel, protocol, keys.mac),
                 key_data(channel, protocol, keys.dek)});
}

}  // namespace

TEST_GROUP(PutKey) {
  Bench bench;
  std::optional<Channel> channel;
  Protocol protocol{};
  void use(Protocol with, std::size_t size = 16) {
    protocol = with;
    bench.use(issuer::blank(Application::jmrtd, with, with == Protocol::scp02 ? 0x55 : 0x70, issuer::keys(size)));
    channel = Channel::open(bench.wire(), issuer::keys(size), 0x03);
  }
  terminal::Response put(std::uint8_t old, const Bytes& data, std::uint8_t p2 = 0x81) {
    return channel->transmit(bench.wire(), {.ins = 0xD8, .p1 = old, .p2 = p2, .data = data});
  }
  void check(unsigned sw, std::uint8_t old, const Bytes& data, std::uint8_t p2 = 0x81) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, put(old, data, p2).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
};

TEST(PutKey, adds_a_version_or_takes_the_place_of_one) {
  for (const auto with : {Protocol::scp02, Protocol::scp03}) {
    for (const std::size_t size : {16U, 24U, 32U}) {
      if (with == Protocol::scp02 && size != 16) continue;
      use(with, size);
      const auto second = issuer::keys(size, 0x31);
      const auto answer = put(0x00, set_data(*channel, with, second));
      LONGS_EQUAL(0x9000, answer.sw);
      CHECK_BYTES(concat({"31"_hex, check_value(with, second.enc), check_value(with, second.mac),
                          check_value(with, second.dek)}),
                  answer.data);
      bench.reopen();
      static_cast<void>(Channel::open(bench.wire(), second, 0x01, 8, 0x31));
      channel = Channel::open(bench.wire(), issuer::keys(size), 0x03);  // 00 still means the first
      // The delivered keys go for good.
      const auto third = issuer::keys(size, 0x01);
      LONGS_EQUAL(0x9000, put(0x30, set_data(*channel, with, third)).sw);
      bench.reopen();
      CHECK_BYTES("6A88"_hex, bench.send("8050300008010203040506070800"_hex));
      static_cast<void>(Channel::open(bench.wire(), third));
    }
  }
}

TEST(PutKey, goes_from_one_size_of_aes_to_another) {
  use(Protocol::scp03, 16);
  LONGS_EQUAL(0x9000, put(0x30, set_data(*channel, protocol, issuer::keys(32, 0x30))).sw);
  bench.reopen();
  static_cast<void>(Channel::open(bench.wire(), issuer::keys(32, 0x30), 0x33));
}

TEST(PutKey, refuses_keys_that_are_not_what_they_should_be) {
  for (const auto with : {Protocol::scp02, Protocol::scp03}) {
    use(with);
    const auto data = set_data(*channel, with, issuer::keys(16, 0x31));
    check(0x6A88, 0x32, data);
    check(0x6A86, 0x00, data, 0x01);
    check(0x6A86, 0x80, data);
    check(0x6A80, 0x00, set_data(*channel, with, issuer::keys(16, 0x30)));  // there is that version
    check(0x6A80, 0x00, set_data(*channel, with, issuer::keys(16, 0x00)));
    check(0x6A80, 0x00, set_data(*channel, with, issuer::keys(16, 0x80)));
    check(0x6A80, 0x00, concat({data, "00"_hex}));
    check(0x6A80, 0x00, to_bytes(ByteView{data}.first(data.size() - 1)));
    check(0x6A80, 0x00, {});
    auto wrong = data;
    wrong.back() ^= 0x01U;
    check(0x9485, 0x00, wrong);
    wrong = data;
    wrong[1] = with == Protocol::scp02 ? 0x88 : 0x80;
    check(0x9484, 0x00, wrong);
    wrong = data;
    wrong[with == Protocol::scp02 ? 10U : 11U] ^= 0x01U;  // an octet of the encrypted key
    check(0x9485, 0x00, wrong);
    check(0x9000, 0x00, data);
  }
  use(Protocol::scp03);
  auto mixed = issuer::keys(16, 0x31);
  mixed.dek = issuer::keys(32).dek;
  check(0x6A80, 0x00, set_data(*channel, protocol, mixed));
}

TEST(PutKey, has_room_for_four_versions) {
  use(Protocol::scp03);
  for (std::uint8_t version = 1; version < 4; ++version) {
    check(0x9000, 0x00, set_data(*channel, protocol, issuer::keys(16, version)));
  }
  check(0x6A84, 0x00, set_data(*channel, protocol, issuer::keys(16, 0x04)));
  check(0x9000, 0x03, set_data(*channel, protocol, issuer::keys(16, 0x04)));
  for (const std::uint8_t version : "010204 30"_hex) {
    static_cast<void>(Channel::open(bench.wire(), issuer::keys(16, version), 0x01, 8, version));
  }
}
