// A token that fails, is slow, hangs, is full, or goes away and comes back.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/token/token.h"
#include "soft_token.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::token;
using base::Fault;
using cicada::tests::SoftToken;
using std::chrono::milliseconds;

namespace {

std::size_t signed_of(const std::vector<base::Result<base::Bytes>>& answers) {
  return static_cast<std::size_t>(
      std::ranges::count_if(answers, [](const auto& answer) { return answer.has_value(); }));
}

}  // namespace

TEST_GROUP(TokenTrouble) {
  SoftToken soft;
  std::shared_ptr<Token> token;

  void setup() override {
    soft.import_aes("master", "11", "2B7E151628AED2A6ABF7158809CF4F3C"_hex);
  }
  void teardown() override {
    token.reset();
    for (const auto* name : {"EVERY", "ANSWER", "SLEEP", "GONE", "GOES", "FULL"}) {
      ::unsetenv((std::string{"CICADA_TROUBLE_"} + name).c_str());
    }
  }
  void open(milliseconds deadline = milliseconds{20'000}, unsigned sessions = 2) {
    auto opened = Token::open({.module = SoftToken::trouble_module(),
                               .label = SoftToken::kLabel,
                               .pin_file = soft.pin_file(),
                               .sessions = sessions,
                               .deadline = deadline});
    CHECK_OK(opened);
    token = std::move(*opened);
  }
  static void trouble(const char* name, const std::string& value) {
    ::setenv((std::string{"CICADA_TROUBLE_"} + name).c_str(), value.c_str(), 1);
  }
  /// Ten digests in one call, under a key that was imported.
  std::vector<base::Result<base::Bytes>> sign_ten() {
    std::vector<base::Bytes> digests;
    for (std::uint8_t i = 0; i < 10; ++i) digests.emplace_back(32, i);
    return token->sign_ecdsa_each("ds", digests);
  }
  void import_signer() const {
    const crypto::openssl::PrivateKey key{
        crypto::openssl::EcPrivateKey::generate(crypto::openssl::Curve::p256).value()};
    soft.import_pair("ds", "01", key.to_pem()->expose());
  }
  base::Result<Mac> ask() {
    return token->cmac("master", "00"_hex);
  }
};

TEST(TokenTrouble, is_told_apart_by_what_the_token_answers) {
  open();
  trouble("EVERY", "1");
  // DEVICE_REMOVED, TOKEN_NOT_PRESENT, SESSION_HANDLE_INVALID, SESSION_CLOSED, USER_NOT_LOGGED_IN, DEVICE_MEMORY,
  // DEVICE_ERROR, SESSION_COUNT
  for (const auto* answer : {"32", "E0", "B3", "B0", "101", "31", "30", "B1"}) {
    trouble("ANSWER", answer);
    CHECK_FAULT(Fault::transport, ask());
  }
  trouble("ANSWER", "A4");  // PIN_LOCKED
  CHECK_FAULT(Fault::security, ask());
  trouble("ANSWER", "70");  // MECHANISM_INVALID
  CHECK_FAULT(Fault::unsupported, ask());
  trouble("ANSWER", "68");  // KEY_FUNCTION_NOT_PERMITTED
  const auto forbidden = ask();
  CHECK_FAULT(Fault::unsupported, forbidden);
  CHECK_STRING("import it with the attribute CKA_SIGN", forbidden.error().hint.view());
  trouble("ANSWER", "21");  // DATA_LEN_RANGE
  CHECK_FAULT(Fault::crypto, ask());
  trouble("EVERY", "0");
  CHECK_OK(ask());
}

TEST(TokenTrouble, of_every_third_signature_costs_that_one_and_no_other) {
  open();
  const auto good = ask().value();
  trouble("ANSWER", "30");
  trouble("EVERY", "3");
  int failed = 0;
  for (int i = 0; i < 30; ++i) {
    const auto mac = ask();
    if (mac) {
      CHECK_BYTES(good, *mac);
    } else {
      ++failed;
    }
  }
  LONGS_EQUAL(10, failed);
}

TEST(TokenTrouble, ends_when_the_token_is_back) {
  open();
  const auto good = ask().value();
  const auto flag = (soft.path() / "gone").string();
  trouble("GONE", flag);
  std::ofstream{flag} << "gone";
  CHECK_FAULT(Fault::transport, ask());
  CHECK_FAULT(Fault::transport, ask());
  std::filesystem::remove(flag);
  CHECK_BYTES(good, ask().value());
}

TEST(TokenTrouble, in_the_middle_of_several_signatures_ends_them_and_keeps_those_before) {
  import_signer();
  open(milliseconds{20'000}, 1);
  LONGS_EQUAL(10, signed_of(sign_ten()));
  trouble("EVERY", "4");
  // DEVICE_MEMORY, SESSION_COUNT, DEVICE_ERROR, SESSION_HANDLE_INVALID
  for (const auto* answer : {"31", "B1", "30", "B3"}) {
    trouble("EVERY", "0");
    CHECK_OK(ask());
    trouble("EVERY", "4");
    trouble("ANSWER", answer);
    const auto answers = sign_ten();
    LONGS_EQUAL(10, answers.size());
    LONGS_EQUAL(3, signed_of(answers));
    for (std::size_t i = 3; i < answers.size(); ++i) CHECK_FAULT(Fault::transport, answers[i]);
  }
  trouble("EVERY", "0");
  LONGS_EQUAL(10, signed_of(sign_ten()));
}

TEST(TokenTrouble, of_a_token_that_goes_in_the_middle_ends_when_it_is_back) {
  import_signer();
  open(milliseconds{20'000}, 1);
  CHECK_OK(ask());
  const auto flag = (soft.path() / "gone").string();
  trouble("GONE", flag);
  trouble("GOES", "1");
  trouble("EVERY", "6");
  LONGS_EQUAL(5, signed_of(sign_ten()));
  const auto while_gone = sign_ten();
  LONGS_EQUAL(0, signed_of(while_gone));
  CHECK_FAULT(Fault::transport, while_gone.back());
  std::filesystem::remove(flag);
  trouble("EVERY", "0");
  LONGS_EQUAL(10, signed_of(sign_ten()));
}

TEST(TokenTrouble, of_a_token_that_has_no_more_sessions_leaves_the_one_that_is_there) {
  import_signer();
  open(milliseconds{20'000}, 1);
  trouble("FULL", "1");
  LONGS_EQUAL(10, signed_of(sign_ten()));
  trouble("EVERY", "2");
  trouble("ANSWER", "B3");  // the session breaks, and no other is to be had
  LONGS_EQUAL(1, signed_of(sign_ten()));
  const auto full = sign_ten();
  CHECK_FAULT(Fault::transport, full.front());
  CHECK_STRING("the token is full", full.front().error().what.view());
  ::unsetenv("CICADA_TROUBLE_FULL");
  trouble("EVERY", "0");
  LONGS_EQUAL(10, signed_of(sign_ten()));
}

TEST(TokenTrouble, of_a_slow_token_is_none_however_many_signatures_are_asked_for) {
  import_signer();
  open(milliseconds{2'000}, 1);
  CHECK_OK(ask());
  trouble("SLEEP", "220");
  trouble("EVERY", "1");
  LONGS_EQUAL(10, signed_of(sign_ten()));  // 2200 ms in all, no one of them 2000
}

TEST(TokenTrouble, of_a_token_that_hangs_ends_at_the_deadline) {
  open(milliseconds{600}, 2);
  const auto good = ask().value();
  trouble("SLEEP", "1000");
  trouble("EVERY", "1");
  CHECK_FAULT(Fault::transport, ask());
  CHECK_FAULT(Fault::transport, ask());
  CHECK_FAULT(Fault::transport, ask());  // both sessions hang: nobody is left to ask
  trouble("EVERY", "0");
  // The sessions come back when the token does: the pool is whole again.
  for (int i = 0; i < 100 && !ask(); ++i) std::this_thread::yield();
  CHECK_BYTES(good, ask().value());
}

TEST(TokenTrouble, of_a_token_that_is_slow_is_none) {
  open();
  const auto good = ask().value();
  trouble("SLEEP", "50");
  trouble("EVERY", "1");
  CHECK_BYTES(good, ask().value());
}

TEST(TokenTrouble, does_not_keep_a_process_from_ending) {
  const auto child = ::fork();
  if (child == 0) {
    open(milliseconds{200}, 1);
    trouble("SLEEP", "600000");
    trouble("EVERY", "1");
    const auto answer = ask();
    token.reset();  // its session hangs still
    std::quick_exit(!answer && answer.error().fault == Fault::transport ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  LONGS_EQUAL(0, WEXITSTATUS(status));
}
