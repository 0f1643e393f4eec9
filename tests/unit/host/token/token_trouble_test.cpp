// A token that fails, is slow, hangs, is full, or goes away and comes back.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "cicada/host/token/token.h"
#include "soft_token.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::token;
using base::Fault;
using cicada::tests::SoftToken;
using std::chrono::milliseconds;

TEST_GROUP(TokenTrouble) {
  SoftToken soft;
  std::shared_ptr<Token> token;

  void setup() override {
    soft.import_aes("master", "11", "2B7E151628AED2A6ABF7158809CF4F3C"_hex);
  }
  void teardown() override {
    token.reset();
    for (const auto* name : {"EVERY", "ANSWER", "SLEEP", "GONE"}) {
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
