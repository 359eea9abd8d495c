// The part of Unity (ThrowTheSwitch, 2.6) that generated tests use, with its names and its exit code.
#pragma once

#include <stdio.h>
#include <string.h>

extern "C" {
void setUp(void);
void tearDown(void);
}

struct UnityState {
  int tests = 0;
  int failures = 0;
  bool failed = false;
};
inline UnityState unity;

inline void unityFail(const char* file, int line, const char* what) {
  if (!unity.failed) ++unity.failures;
  unity.failed = true;
  printf("%s:%d:FAIL: %s\n", file, line, what);
}

#define UNITY_BEGIN() (unity = UnityState{}, 0)
#define UNITY_END() (printf("%d Tests %d Failures\n", unity.tests, unity.failures), unity.failures)
#define RUN_TEST(function) \
  do {                     \
    ++unity.tests;         \
    unity.failed = false;  \
    setUp();               \
    function();            \
    tearDown();            \
  } while (0)
#define TEST_ASSERT_TRUE_MESSAGE(condition, message) \
  do {                                               \
    if (!(condition)) {                              \
      unityFail(__FILE__, __LINE__, message);        \
      return;                                        \
    }                                                \
  } while (0)
#define TEST_ASSERT_EQUAL_INT8_ARRAY_MESSAGE(expected, actual, count, message) \
  do {                                                                         \
    if (memcmp(expected, actual, count) != 0) {                                \
      unityFail(__FILE__, __LINE__, message);                                  \
      return;                                                                  \
    }                                                                          \
  } while (0)
