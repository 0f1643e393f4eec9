// OpenSSL's command as a judge: the derivations that no published vector covers with every key size.
#include <array>
#include <cstdio>
#include <memory>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/gp/kdf.h"
#include "cicada/host/gp/scp02_codec.h"
#include "folder.h"
#include "gp_vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;

TEST_GROUP(OpensslCommand) {
  tests::Folder dir;

  /// What `openssl ARGUMENTS` prints when `input` is in the file IN.
  Bytes openssl(const std::string& arguments, ByteView input) {
    CHECK_OK(base::write_file(dir / "IN", input));
    const auto command = "cd " + dir.path().string() + " && openssl " + arguments + " 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    Bytes octets;
    std::array<std::uint8_t, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
      base::append(octets, ByteView{buffer}.first(got));
    }
    return octets;
  }

  Bytes triple_des_cbc(ByteView key, ByteView input) {
    return openssl("enc -des-ede-cbc -nopad -iv 0000000000000000 -in IN -K " + base::to_hex(key), input);
  }

  Bytes cmac(ByteView key, ByteView input) {
    const auto bits = std::to_string(key.size() * 8);
    return openssl("mac -binary -cipher AES-" + bits + "-CBC -macopt hexkey:" + base::to_hex(key) + " -in IN CMAC",
                   input);
  }
};

TEST(OpensslCommand, derives_the_session_keys_and_the_cryptogram_of_scp02_as_we_do) {
  for (const auto& vector : test::vectors_of_kind("scp02-session")) {
    const auto answer = test::update_answer(vector);
    const auto counter = ByteView{answer.card.sequence_counter}.last(2);
    const auto s_enc = triple_des_cbc(test::octets(vector, "k_enc"), base::concat({"0182"_hex, counter, Bytes(12)}));
    LONGS_EQUAL(16, s_enc.size());
    const auto message = base::concat({answer.host_challenge, counter, answer.card_challenge, "8000000000000000"_hex});
    const auto blocks = triple_des_cbc(s_enc, message);
    LONGS_EQUAL(message.size(), blocks.size());
    auto codec = host::gp::Scp02Codec::create(test::static_keys(vector), answer, 0x01).value();
    CHECK_OK(codec.check_card_cryptogram(ByteView{blocks}.last(8)));
    // DEK, by what it does.
    const auto dek = triple_des_cbc(test::octets(vector, "k_dek"), base::concat({"0181"_hex, counter, Bytes(12)}));
    const auto key = "00112233445566778899AABBCCDDEEFF"_hex;
    const auto expected = openssl("enc -des-ede -nopad -in IN -K " + base::to_hex(dek), key);
    CHECK_BYTES(expected, codec.encrypt_sensitive(key).value());
  }
}

TEST(OpensslCommand, derives_session_keys_of_scp03_of_every_size_as_we_do) {
  for (const auto& vector : test::vectors_of_kind("session-at-level")) {
    if (vector.at("level") != 0x33) continue;
    const auto answer = test::update_answer(vector);
    const auto context = base::concat({answer.host_challenge, answer.card_challenge});
    const auto k_mac = test::octets(vector, "k_mac");
    Bytes expected;
    for (std::uint8_t round = 1; expected.size() < k_mac.size(); ++round) {
      const Bytes length{0, static_cast<std::uint8_t>(k_mac.size() * 8 >> 8U),
                         static_cast<std::uint8_t>(k_mac.size() * 8), round};
      base::append(expected, cmac(k_mac, base::concat({Bytes(11), "06"_hex, length, context})));
    }
    expected.resize(k_mac.size());
    Bytes derived(k_mac.size());
    CHECK_OK(host::gp::derive_scp03(crypto::openssl::Cmac::create(k_mac).value(), host::gp::Derivation::s_mac, context,
                                    derived));
    CHECK_BYTES(expected, derived);
  }
}

TEST(OpensslCommand, diversifies_as_we_do) {
  const auto serial_octets = "00010203040506070809"_hex;
  const auto master = host::gp::MasterKey::copy_of("404142434445464748494A4B4C4D4E4F"_hex).value();
  const auto emv = host::gp::diversify(master, test::serial(serial_octets), host::gp::Diversification::emv).value();
  CHECK_BYTES(openssl("enc -des-ede -nopad -in IN -K " + base::to_hex(master.expose()),
                      "040506070809F002 0405060708090F02"_hex),
              emv.k_mac.expose());
  const auto visa = host::gp::diversify(master, test::serial(serial_octets), host::gp::Diversification::visa2).value();
  CHECK_BYTES(openssl("enc -des-ede -nopad -in IN -K " + base::to_hex(master.expose()),
                      "000104050607F003 0001040506070F03"_hex),
              visa.k_dek.expose());
  const auto kdf3 = host::gp::diversify(master, test::serial(serial_octets)).value();
  CHECK_BYTES(cmac(master.expose(), base::concat({"010000000100"_hex, serial_octets})), kdf3.k_enc.expose());
}
