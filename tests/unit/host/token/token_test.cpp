// Keys in a token of SoftHSM2, with OpenSSL and OpenSC as judges.
#include "cicada/host/token/token.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "cicada/base/file.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/crypto/openssl/rsa.h"
#include "soft_token.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::token;
using base::Bytes;
using base::Fault;
using cicada::tests::output_of_shell;
using cicada::tests::SoftToken;
namespace ossl = cicada::crypto::openssl;

namespace {

const Bytes kAes128 = "2B7E151628AED2A6ABF7158809CF4F3C"_hex;
const Bytes kAes256 = "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4"_hex;

Bytes sha256(base::ByteView data) {
  return ossl::hash(ossl::HashAlgorithm::sha256, data).value();
}

}  // namespace

TEST_GROUP(Token) {
  SoftToken soft;
  TokenSettings settings() {
    return {.module = SoftToken::module(), .label = SoftToken::kLabel, .pin_file = soft.pin_file(), .sessions = 2};
  }
  std::shared_ptr<Token> opened() {
    auto token = Token::open(settings());
    CHECK_OK(token);
    return std::move(*token);
  }
};

TEST(Token, signs_with_an_ec_key_what_openssl_verifies) {
  const ossl::PrivateKey key{ossl::EcPrivateKey::generate(ossl::Curve::p256).value()};
  soft.import_pair("ds-1", "01", key.to_pem()->expose());
  const auto message = base::as_bytes("to be signed");
  const auto signature = opened()->sign_ecdsa("ds-1", sha256(message));
  CHECK_OK(signature);
  CHECK_OK(base::write_file(soft.path() / "key.pem", key.to_pem()->expose(), 0600));
  CHECK_OK(base::write_file(soft.path() / "message", message));
  CHECK_OK(base::write_file(soft.path() / "signature", *signature));
  const auto text = output_of_shell("cd '" + soft.path().string() +
                                    "' && openssl ec -in key.pem -pubout -out key.pub && "
                                    "openssl dgst -sha256 -verify key.pub -signature signature message");
  CHECK(text.find("Verified OK") != std::string::npos);
}

TEST(Token, signs_with_every_curve_of_ours_that_it_knows) {
  for (const auto curve : {ossl::Curve::p256, ossl::Curve::p384, ossl::Curve::brainpool_p256r1}) {
    const ossl::PrivateKey key{ossl::EcPrivateKey::generate(curve).value()};
    const std::string label{ossl::curve_name(curve)};
    soft.import_pair(label, "0" + std::to_string(static_cast<int>(curve) % 10), key.to_pem()->expose());
    const auto digest = sha256(base::as_bytes(label));
    const auto signature = opened()->sign_ecdsa(label, digest);
    CHECK_OK(signature);
    const auto half = ossl::EcPublicKey::create(curve, key.ec()->public_point()).value();
    CHECK_OK(half.verify_der(digest, *signature));
  }
}

TEST(Token, signs_several_in_one_call_each_its_own) {
  const ossl::PrivateKey key{ossl::EcPrivateKey::generate(ossl::Curve::p256).value()};
  soft.import_pair("ds-1", "01", key.to_pem()->expose());
  std::vector<Bytes> digests;
  for (std::uint8_t i = 0; i < 23; ++i) digests.push_back(sha256(Bytes{i}));
  const auto token = opened();
  const auto signatures = token->sign_ecdsa_each("ds-1", digests);
  LONGS_EQUAL(digests.size(), signatures.size());
  const auto half = ossl::EcPublicKey::create(ossl::Curve::p256, key.ec()->public_point()).value();
  for (std::size_t i = 0; i < digests.size(); ++i) CHECK_OK(half.verify_der(digests[i], signatures[i].value()));
  CHECK(token->sign_ecdsa_each("ds-1", {}).empty());
  digests[7].resize(19);
  for (const auto& answer : token->sign_ecdsa_each("ds-1", digests)) CHECK_FAULT(Fault::bad_input, answer);
  digests.assign(kMaxSignatures + 1, Bytes(32));
  CHECK_FAULT(Fault::bad_input, token->sign_ecdsa_each("ds-1", digests).front());
}

TEST(Token, signs_with_an_rsa_key) {
  const ossl::PrivateKey key{ossl::RsaPrivateKey::generate(2048).value()};
  soft.import_pair("ds-r", "02", key.to_pem()->expose());
  const auto digest = sha256(base::as_bytes("message"));
  // DigestInfo of SHA-256 (RFC 8017 §9.2).
  const auto info = base::concat({"3031300D060960864801650304020105000420"_hex, digest});
  const auto signature = opened()->sign_rsa("ds-r", info);
  CHECK_OK(signature);
  const auto half = ossl::RsaPublicKey::create(key.rsa()->modulus(), key.rsa()->exponent()).value();
  CHECK_OK(half.verify_pkcs1(ossl::HashAlgorithm::sha256, digest, *signature));
}

TEST(Token, tells_the_public_halves_of_its_keys) {
  const ossl::PrivateKey ec{ossl::EcPrivateKey::generate(ossl::Curve::p256).value()};
  const ossl::PrivateKey rsa{ossl::RsaPrivateKey::generate(2048).value()};
  soft.import_pair("ec", "01", ec.to_pem()->expose());
  soft.import_pair("rsa", "02", rsa.to_pem()->expose());
  const auto token = opened();
  const auto ec_half = std::get<EcPublic>(token->public_half("ec").value());
  CHECK_BYTES(ec.ec()->public_point(), ec_half.point);
  CHECK_BYTES("06082A8648CE3D030107"_hex, ec_half.parameters);
  CHECK_BYTES(rsa.rsa()->modulus(), std::get<RsaPublic>(token->public_half("rsa").value()).modulus);
  CHECK_FAULT(Fault::not_found, token->public_half("nobody"));
}

TEST(Token, computes_the_cmac_that_openssl_computes) {
  soft.import_aes("m128", "11", kAes128);
  soft.import_aes("m256", "12", kAes256);
  const auto token = opened();
  const auto data = "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411"_hex;
  CHECK_OK(base::write_file(soft.path() / "data", data));
  const auto judge = [&](const std::string& cipher, const Bytes& key) {
    return output_of_shell("openssl mac -cipher " + cipher + " -macopt hexkey:" + base::to_hex(key) + " -in '" +
                           (soft.path() / "data").string() + "' CMAC")
        .substr(0, 32);
  };
  // SP 800-38B's own example for AES-128 and 40 octets.
  CHECK_BYTES("DFA66747DE9AE63030CA32611497C827"_hex, token->cmac("m128", data).value());
  CHECK_STRING(judge("AES-128-CBC", kAes128), base::to_hex(token->cmac("m128", data).value()));
  CHECK_STRING(judge("AES-256-CBC", kAes256), base::to_hex(token->cmac("m256", data).value()));
  CHECK_OK(token->cmac("m128", {}));
  const std::vector<Bytes> both = {data, {}};
  CHECK_BYTES(base::concat({token->cmac("m128", data).value(), token->cmac("m128", {}).value()}),
              token->cmacs("m128", both)->expose());
  CHECK_FAULT(Fault::bad_input, token->cmacs("m128", std::vector<Bytes>{}));
  CHECK_FAULT(Fault::bad_input, token->cmacs("m128", std::vector<Bytes>(17)));
}

TEST(Token, takes_no_key_for_another) {
  soft.import_aes("master", "11", kAes128);
  const auto token = opened();
  CHECK_FAULT(Fault::not_found, token->sign_ecdsa("master", Bytes(32)));
  CHECK_FAULT(Fault::not_found, token->cmac("mast", {}));
  soft.import_aes("twin", "12", kAes128);
  soft.import_aes("twin", "13", kAes256);
  CHECK_FAULT(Fault::conflict, opened()->cmac("twin", {}));
}

TEST(Token, refuses_data_of_a_wrong_size) {
  const auto token = opened();
  CHECK_FAULT(Fault::bad_input, token->sign_ecdsa("ds", Bytes(19)));
  CHECK_FAULT(Fault::bad_input, token->sign_ecdsa("ds", Bytes(65)));
  CHECK_FAULT(Fault::bad_input, token->sign_rsa("ds", Bytes(129)));
  CHECK_FAULT(Fault::bad_input, token->cmac("ds", Bytes(2049)));
  CHECK_FAULT(Fault::bad_input, token->cmac("", {}));
}

TEST(Token, serves_more_threads_than_it_has_sessions) {
  soft.import_aes("master", "11", kAes128);
  const auto token = opened();
  const auto cmac = ossl::Cmac::create(kAes128).value();
  std::vector<std::vector<Mac>> macs(6);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : macs) {
      threads.emplace_back([&] {
        for (std::uint8_t i = 0; i < 50; ++i) mine.push_back(token->cmac("master", Bytes{i}).value());
      });
    }
  }
  for (const auto& mine : macs) {
    for (std::uint8_t i = 0; i < 50; ++i) CHECK_BYTES(cmac.compute({Bytes{i}}).value(), mine[i]);
  }
}

TEST(Token, does_not_open_with_a_wrong_pin_and_does_not_try_it_again) {
  std::ofstream{soft.pin_file()} << "000000\n";
  CHECK_FAULT(Fault::security, Token::open(settings()));
  std::ofstream{soft.pin_file()} << SoftToken::kPin << "\n";
  CHECK_OK(Token::open(settings()));
}

TEST(Token, does_not_open_when_it_is_not_there) {
  auto wanted = settings();
  wanted.label = "another";
  CHECK_FAULT(Fault::transport, Token::open(wanted));
  wanted = settings();
  wanted.module = "/nowhere.so";
  CHECK_FAULT(Fault::not_found, Token::open(wanted));
}

TEST(Token, wants_its_pin_where_nobody_else_sees_it) {
  ::chmod(soft.pin_file().c_str(), 0644);
  CHECK_FAULT(Fault::bad_input, Token::open(settings()));
  auto wanted = settings();
  wanted.pin_environment = "CICADA_TEST_PIN";
  CHECK_FAULT(Fault::bad_input, Token::open(wanted));  // named twice
  wanted.pin_file.clear();
  CHECK_FAULT(Fault::not_found, Token::open(wanted));
  ::setenv("CICADA_TEST_PIN", SoftToken::kPin, 1);
  CHECK_OK(Token::open(wanted));
  POINTERS_EQUAL(nullptr, ::getenv("CICADA_TEST_PIN"));
  wanted.pin_environment.clear();
  CHECK_FAULT(Fault::bad_input, Token::open(wanted));
}

TEST(Token, refuses_settings_out_of_range) {
  auto wanted = settings();
  wanted.sessions = 0;
  CHECK_FAULT(Fault::bad_input, Token::open(wanted));
  wanted.sessions = kMaxSessions + 1;
  CHECK_FAULT(Fault::bad_input, Token::open(wanted));
}
