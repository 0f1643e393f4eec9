// What a reader says against what it has to say.
#include "cicada/conformance/reader/run.h"

#include "harness.h"

using namespace cicada::conformance::reader;
using Result = Judgement::Result;
using Kind = Expected::Kind;

namespace {

ReaderCase wanting(Kind kind, std::vector<std::string> without = {}) {
  ReaderCase test;
  test.cards = {"bac"};
  test.expected = {.kind = kind, .without = std::move(without)};
  return test;
}
Judgement said(Result result, std::vector<std::string> unread = {}) {
  return {.result = result, .text = "so", .unread = std::move(unread), .checks = {}, .tells = true};
}

}  // namespace

TEST_GROUP(ReaderJudge){};

TEST(ReaderJudge, agrees_with_the_verdict_that_is_wanted_and_with_no_other) {
  CHECK_FALSE(disagreement(wanting(Kind::failed), said(Result::failed)).has_value());
  CHECK_FALSE(disagreement(wanting(Kind::successful), said(Result::successful)).has_value());
  CHECK_TRUE(disagreement(wanting(Kind::failed), said(Result::successful)).has_value());
  CHECK_TRUE(disagreement(wanting(Kind::successful), said(Result::failed)).has_value());
  CHECK_FALSE(disagreement(wanting(Kind::either), said(Result::failed)).has_value());
  CHECK_FALSE(disagreement(wanting(Kind::either), said(Result::successful)).has_value());
}

TEST(ReaderJudge, takes_a_reader_without_a_verdict_for_a_broken_one_whatever_is_wanted) {
  for (const auto kind : {Kind::failed, Kind::successful, Kind::either}) {
    CHECK_TRUE(disagreement(wanting(kind), said(Result::trouble)).has_value());
    CHECK_TRUE(disagreement(wanting(kind), said(Result::not_judged)).has_value());
  }
}

TEST(ReaderJudge, wants_to_see_all_files_but_those_that_are_closed) {
  const auto test = wanting(Kind::successful, {"DG3"});
  CHECK_FALSE(disagreement(test, said(Result::successful, {"DG3"})).has_value());
  CHECK_TRUE(disagreement(test, said(Result::successful)).has_value());
  CHECK_TRUE(disagreement(test, said(Result::successful, {"DG3", "DG4"})).has_value());
  // A command says nothing about files, and is not asked.
  auto silent = said(Result::successful);
  silent.tells = false;
  CHECK_FALSE(disagreement(test, silent).has_value());
}

TEST(ReaderJudge, wants_the_right_check_to_have_noticed) {
  auto test = wanting(Kind::failed);
  test.check = "access";
  test.reason = "no challenge";
  auto judgement = said(Result::failed);
  judgement.checks = {{.name = "access", .result = "failed", .reason = "the card gives no challenge"}};
  CHECK_FALSE(disagreement(test, judgement).has_value());
  judgement.checks.front().result = "passed";
  CHECK_TRUE(disagreement(test, judgement).has_value());
  judgement.checks = {{.name = "access", .result = "failed", .reason = "something else"}};
  CHECK_TRUE(disagreement(test, judgement).has_value());
  judgement.checks = {{.name = "dg-hashes", .result = "failed", .reason = "no challenge"}};
  CHECK_TRUE(disagreement(test, judgement).has_value());
}
