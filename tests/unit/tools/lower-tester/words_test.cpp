// The words of cases, and how a reader that is a command is called.
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/tools/lower_tester/bench.h"
#include "cicada/tools/lower_tester/card_words.h"
#include "cicada/tools/lower_tester/command_reader.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tools::lower_tester;
using conformance::reader::CardOrder;
using conformance::reader::Judgement;
using conformance::reader::Presented;

TEST_GROUP(LowerTesterWords){};

TEST(LowerTesterWords, change_a_configuration_one_by_one) {
  const auto plan =
      plan_of("eac pace=6.2/13,2.2/12 ca=1.1/2@5 aa=rsa-1024/sha-1 ta=rsa-pss-sha-512/2048 with=DG11 less=DG4");
  CHECK_TRUE(plan.has_value());
  LONGS_EQUAL(2, plan->pace.size());
  LONGS_EQUAL(12, plan->pace.back().domain);
  LONGS_EQUAL(5, plan->chip.front().id.value());
  CHECK_TRUE(std::holds_alternative<crypto::mbedtls::Modp>(plan->chip.front().group));
  CHECK_TRUE(plan->active.has_value());
  CHECK_TRUE(plan->terminal->scheme.family == host::pki::SignatureFamily::rsa_pss);
  CHECK_TRUE(plan->files.contains(host::lds::Ef::dg11));
  CHECK_FALSE(plan->files.contains(host::lds::Ef::dg4));
}

TEST(LowerTesterWords, that_mean_nothing_are_refused) {
  for (const auto* words :
       {"", "visa", "bac pace=9.9/13", "bac pace=2.2", "bac pace=2.2/19", "bac ca=2.1/5", "bac ca=2.1/13@200",
        "bac aa=rsa/sha-256", "bac aa=ec-2/sha-256", "bac aa=rsa-1024/md5", "eac ta=dsa-sha-256/13",
        "eac ta=ecdsa-sha-256/2", "bac with=DG17", "bac portrait=much", "bac colour=red"}) {
    CHECK_FALSE(plan_of(words).has_value());
  }
}

TEST(LowerTesterWords, are_checked_before_a_card_is_made) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto bench = Bench::create(rng, clock);
  CHECK_OK(bench);
  const auto knows = [&bench](const CardOrder& order) { return (*bench)->check(order).has_value(); };
  CHECK_TRUE(knows({.card = "bac"}));
  CHECK_TRUE(
      knows({.card = "eac", .document = "ca-key-corrupted", .chip = {"answer ca-kat 6A80"}, .terminal = "expired"}));
  CHECK_TRUE(knows({.card = "bac", .document = "ds-revoked"}));
  CHECK_FALSE(knows({.card = "bac", .document = "burnt"}));
  CHECK_FALSE(knows({.card = "bac", .chip = {"sings"}}));
  CHECK_FALSE(knows({.card = "bac", .chip = {"answer never 6A80"}}));
  CHECK_FALSE(knows({.card = "bac", .chip = {"answer bac-auth"}}));
  CHECK_FALSE(knows({.card = "eac", .terminal = "of-another-planet"}));
  CHECK_FALSE(knows({.card = "bac", .terminal = "expired"}));
  CHECK_FALSE((*bench)->make({.card = "visa"}).has_value());
}

TEST(LowerTesterWords, of_a_command_are_split_without_a_shell) {
  const auto words = split_words("prog  --name 'two words' \"\" a'b'c $HOME;ls");
  CHECK_TRUE(words.has_value());
  LONGS_EQUAL(6, words->size());
  CHECK_EQUAL(std::string{"two words"}, words->at(2));
  CHECK_EQUAL(std::string{}, words->at(3));
  CHECK_EQUAL(std::string{"abc"}, words->at(4));
  CHECK_EQUAL(std::string{"$HOME;ls"}, words->at(5));
  CHECK_FALSE(split_words("prog 'open").has_value());
}

TEST(LowerTesterWords, of_a_command_that_have_no_value_go_with_their_option) {
  const CommandReader reader{
      {"prog", "--mrz", "{mrz}", "--can", "{can}", "--is={terminal}", "{trust}/x", "-v"}, {}, std::chrono::seconds{1}};
  Presented presented;
  presented.mrz = "P<X '; rm";
  presented.trust = "/t";
  const auto words = reader.words_for(presented);
  LONGS_EQUAL(5, words.size());
  CHECK_EQUAL(std::string{"P<X '; rm"}, words.at(2));
  CHECK_EQUAL(std::string{"/t/x"}, words.at(3));
  CHECK_EQUAL(std::string{"-v"}, words.at(4));
}

TEST(LowerTesterWords, of_a_command_that_cannot_be_run_are_refused_before_it_is) {
  CHECK_FALSE(
      refusal({"sh", "--mrz", "{mrz}", "--all={doc}{birth}{expiry}{can}{trust}{terminal}{reader}"}).has_value());
  CHECK_FALSE(refusal({"/bin/sh", "-c", "echo ${foo} {\"a\":1} {} {open"}).has_value());
  STRCMP_CONTAINS("names no program", refusal({}).value_or("").c_str());
  STRCMP_CONTAINS("in PATH", refusal({"no-such-program-anywhere"}).value_or("").c_str());
  for (const auto* program : {"/bin", "/bin/no-such-program-anywhere", "/etc/passwd"}) {
    STRCMP_CONTAINS("can be started", refusal({program}).value_or("").c_str());
  }
  const auto unknown = refusal({"sh", "{mrz}", "x{foo}"}).value_or("");
  STRCMP_CONTAINS("{foo}", unknown.c_str());
  STRCMP_CONTAINS("{mrz} {doc} {birth} {expiry} {can} {trust} {terminal} {reader}", unknown.c_str());
}

TEST(LowerTesterWords, of_a_command_judge_nothing_where_no_card_can_be_put) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto bench = Bench::create(rng, clock);
  CHECK_OK(bench);
  const auto card = (*bench)->make({.card = "plain"});
  CHECK_TRUE(card.has_value());
  CommandReader reader{{"true"}, {.port = 1, .name = "a reader that is not there"}, std::chrono::seconds{1}};
  const auto why = reader.not_ready(**card).value_or("");
  STRCMP_CONTAINS("\"a reader that is not there\" at 127.0.0.1:1: nobody listens", why.c_str());
  const auto judgement = reader.inspect(**card);
  CHECK_TRUE(judgement.result == Judgement::Result::not_judged);
  CHECK_EQUAL(why, judgement.text);
}

TEST(LowerTesterWords, tell_a_reader_that_breaks_the_protocol_from_a_bench_that_breaks) {
  const auto result = [](base::Fault fault) { return judgement_of({.fault = fault, .what = "x"}, {}).result; };
  CHECK_TRUE(result(base::Fault::malformed) == Judgement::Result::trouble);
  CHECK_TRUE(result(base::Fault::transport) == Judgement::Result::not_judged);
}
